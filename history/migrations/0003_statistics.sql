CREATE TABLE `alarm_timings` (
	`tenant_id` text NOT NULL,
	`alarm_id` text NOT NULL,
	`called` integer,
	`first_received_at` integer,
	`first_answered_at` integer,
	`first_coming_at` integer,
	`first_on_scene_at` integer,
	PRIMARY KEY(`tenant_id`, `alarm_id`)
);
--> statement-breakpoint
CREATE TABLE `channel_outcomes` (
	`tenant_id` text NOT NULL,
	`alarm_id` text NOT NULL,
	`channel` text NOT NULL,
	`recipient_id` text NOT NULL,
	`outcome` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `alarm_id`, `channel`, `recipient_id`)
);
--> statement-breakpoint
CREATE INDEX `channel_outcomes_by_alarm` ON `channel_outcomes` (`tenant_id`,`alarm_id`,`channel`,`outcome`);--> statement-breakpoint
CREATE TABLE `presence_cells` (
	`tenant_id` text NOT NULL,
	`site_id` text NOT NULL,
	`slot` integer NOT NULL,
	`kind` text NOT NULL,
	`ref` text NOT NULL,
	`figure` integer NOT NULL,
	`groups` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `site_id`, `slot`, `kind`, `ref`)
);
--> statement-breakpoint
CREATE INDEX `presence_cells_by_series` ON `presence_cells` (`tenant_id`,`site_id`,`kind`,`ref`,`slot`,`figure`,`groups`);--> statement-breakpoint
CREATE TABLE `presence_slots` (
	`tenant_id` text NOT NULL,
	`site_id` text NOT NULL,
	`slot` integer NOT NULL,
	`counted_at` integer NOT NULL,
	`event_id` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `site_id`, `slot`)
);
--> statement-breakpoint
CREATE TABLE `qualifications` (
	`tenant_id` text NOT NULL,
	`user_id` text NOT NULL,
	`qualifications` text NOT NULL,
	`version` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `user_id`)
);
--> statement-breakpoint
CREATE TABLE `shifts` (
	`tenant_id` text NOT NULL,
	`shift_id` text NOT NULL,
	`site_id` text NOT NULL,
	`role_id` text NOT NULL,
	`starts_at` integer NOT NULL,
	`ends_at` integer NOT NULL,
	`user_id` text,
	`note` text,
	`version` integer NOT NULL,
	`deleted` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `shift_id`)
);
--> statement-breakpoint
CREATE INDEX `shifts_by_time` ON `shifts` (`tenant_id`,`starts_at`);--> statement-breakpoint
CREATE TABLE `staffing_periods` (
	`tenant_id` text NOT NULL,
	`staffing_rule_id` text NOT NULL,
	`started_at` integer NOT NULL,
	`state` text NOT NULL,
	`ended_at` integer,
	PRIMARY KEY(`tenant_id`, `staffing_rule_id`, `started_at`)
);
--> statement-breakpoint
CREATE INDEX `staffing_periods_whole` ON `staffing_periods` (`tenant_id`,`staffing_rule_id`,`started_at`,`state`,`ended_at`);--> statement-breakpoint
INSERT INTO `alarm_timings` (`tenant_id`, `alarm_id`, `called`, `first_received_at`, `first_answered_at`, `first_coming_at`, `first_on_scene_at`)
	SELECT `tenant_id`, `alarm_id`, count(`place`), min(`received_at`), min(`first_responded_at`), min(`first_coming_at`), min(`first_on_scene_at`)
	FROM `alarm_recipients` GROUP BY `tenant_id`, `alarm_id`;--> statement-breakpoint
INSERT INTO `channel_outcomes` (`tenant_id`, `alarm_id`, `channel`, `recipient_id`, `outcome`)
	SELECT `tenant_id`, `alarm_id`, `channel`, `recipient_id`,
		max(CASE `state` WHEN 'sent' THEN 1 WHEN 'skipped' THEN 2 WHEN 'failed' THEN 3 WHEN 'delivered' THEN 4 END)
	FROM `alarm_channels` WHERE `state` IN ('sent', 'skipped', 'failed', 'delivered')
	GROUP BY `tenant_id`, `alarm_id`, `channel`, `recipient_id`;
