CREATE TABLE `alarm_recipients` (
	`tenant_id` text NOT NULL,
	`alarm_id` text NOT NULL,
	`user_id` text NOT NULL,
	`place` text,
	`sent_at` integer,
	`received_at` integer,
	`received_on` text,
	`seen_at` integer,
	`seen_on` text,
	`answer_version` integer,
	`responded_at` integer,
	`responded_on` text,
	`response` text,
	`eta_minutes` integer,
	`text` text,
	`not_reached_at` integer,
	`not_reached_reason` text,
	PRIMARY KEY(`tenant_id`, `alarm_id`, `user_id`)
);
--> statement-breakpoint
CREATE TABLE `alarms` (
	`tenant_id` text NOT NULL,
	`alarm_id` text NOT NULL,
	`seq` integer,
	`kind` text,
	`urgency` text,
	`silent` integer,
	`title` text,
	`message` text,
	`raised_at` integer,
	`raised_by_type` text,
	`raised_by_id` text,
	`raised_by_name` text,
	`scenario_id` text,
	`scenario_version` integer,
	`requirement` text,
	`commit_ms` real,
	`end_seq` integer,
	`ended_at` integer,
	`end_reason` text,
	`end_text` text,
	PRIMARY KEY(`tenant_id`, `alarm_id`)
);
--> statement-breakpoint
CREATE INDEX `alarms_by_time` ON `alarms` (`tenant_id`,`raised_at`,`alarm_id`);--> statement-breakpoint
CREATE TABLE `availability` (
	`tenant_id` text NOT NULL,
	`user_id` text NOT NULL,
	`available` integer NOT NULL,
	`since` integer NOT NULL,
	`until` integer,
	`note` text,
	`version` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `user_id`)
);
--> statement-breakpoint
CREATE TABLE `events` (
	`event_id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`type` text NOT NULL,
	`entity` text NOT NULL,
	`at` integer NOT NULL,
	`by_type` text NOT NULL,
	`by_id` text NOT NULL,
	`ip` text,
	`body` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `events_by_entity` ON `events` (`tenant_id`,`entity`,`at`);--> statement-breakpoint
CREATE INDEX `events_by_time` ON `events` (`tenant_id`,`at`);--> statement-breakpoint
CREATE TABLE `integrations` (
	`tenant_id` text NOT NULL,
	`integration_id` text NOT NULL,
	`name` text NOT NULL,
	`version` integer NOT NULL,
	`deleted` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `integration_id`)
);
--> statement-breakpoint
CREATE TABLE `roles` (
	`tenant_id` text NOT NULL,
	`role_id` text NOT NULL,
	`name` text NOT NULL,
	`version` integer NOT NULL,
	`deleted` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `role_id`)
);
--> statement-breakpoint
CREATE TABLE `scenarios` (
	`tenant_id` text NOT NULL,
	`scenario_id` text NOT NULL,
	`name` text NOT NULL,
	`title` text NOT NULL,
	`version` integer NOT NULL,
	`deleted` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `scenario_id`)
);
--> statement-breakpoint
CREATE TABLE `sites` (
	`tenant_id` text NOT NULL,
	`site_id` text NOT NULL,
	`name` text NOT NULL,
	`address` text,
	`time_zone` text NOT NULL,
	`version` integer NOT NULL,
	`deleted` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `site_id`)
);
--> statement-breakpoint
CREATE TABLE `tenants` (
	`tenant_id` text PRIMARY KEY NOT NULL,
	`slug` text NOT NULL,
	`name` text NOT NULL,
	`locale` text NOT NULL,
	`time_zone` text NOT NULL,
	`version` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `users` (
	`tenant_id` text NOT NULL,
	`user_id` text NOT NULL,
	`username` text NOT NULL,
	`first_name` text NOT NULL,
	`last_name` text NOT NULL,
	`email` text,
	`phone` text,
	`locale` text NOT NULL,
	`permission` text NOT NULL,
	`role_ids` text NOT NULL,
	`home_site_id` text,
	`enabled` integer NOT NULL,
	`version` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `user_id`)
);
--> statement-breakpoint
CREATE TABLE `zones` (
	`tenant_id` text NOT NULL,
	`zone_id` text NOT NULL,
	`site_id` text NOT NULL,
	`name` text NOT NULL,
	`version` integer NOT NULL,
	`deleted` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `zone_id`)
);
