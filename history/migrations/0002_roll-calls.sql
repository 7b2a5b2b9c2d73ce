CREATE TABLE `muster_points` (
	`tenant_id` text NOT NULL,
	`muster_point_id` text NOT NULL,
	`site_id` text NOT NULL,
	`name` text NOT NULL,
	`description` text,
	`version` integer NOT NULL,
	`deleted` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `muster_point_id`)
);
--> statement-breakpoint
CREATE TABLE `roll_call_lines` (
	`tenant_id` text NOT NULL,
	`roll_call_id` text NOT NULL,
	`user_id` text NOT NULL,
	`start` text,
	`word_version` integer,
	`state` text,
	`muster_point_id` text,
	`note` text,
	`said_by` text,
	`said_at` integer,
	`self` integer,
	`left_version` integer,
	`left_at` integer,
	PRIMARY KEY(`tenant_id`, `roll_call_id`, `user_id`)
);
--> statement-breakpoint
CREATE TABLE `roll_calls` (
	`tenant_id` text NOT NULL,
	`roll_call_id` text NOT NULL,
	`site_id` text,
	`zone_ids` text,
	`kind` text,
	`title` text,
	`alarm_id` text,
	`incident_id` text,
	`opened_at` integer,
	`opened_by` text,
	`state_version` integer,
	`closed_at` integer,
	`closed_by` text,
	`summary` text,
	PRIMARY KEY(`tenant_id`, `roll_call_id`)
);
