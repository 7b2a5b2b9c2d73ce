CREATE TABLE `alarm_channels` (
	`tenant_id` text NOT NULL,
	`alarm_id` text NOT NULL,
	`recipient_id` text NOT NULL,
	`channel` text NOT NULL,
	`at` integer NOT NULL,
	`state` text NOT NULL,
	`reason` text,
	PRIMARY KEY(`tenant_id`, `alarm_id`, `recipient_id`, `channel`, `at`, `state`)
);
--> statement-breakpoint
CREATE TABLE `alarm_steps` (
	`tenant_id` text NOT NULL,
	`alarm_id` text NOT NULL,
	`step` integer NOT NULL,
	`name` text NOT NULL,
	`action` text NOT NULL,
	`cause` text NOT NULL,
	`people` integer NOT NULL,
	`fired_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `alarm_id`, `step`)
);
--> statement-breakpoint
CREATE TABLE `contacts` (
	`tenant_id` text NOT NULL,
	`contact_id` text NOT NULL,
	`name` text NOT NULL,
	`version` integer NOT NULL,
	`deleted` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `contact_id`)
);
--> statement-breakpoint
CREATE TABLE `incident_notes` (
	`tenant_id` text NOT NULL,
	`incident_id` text NOT NULL,
	`note_id` text NOT NULL,
	`at` integer NOT NULL,
	`by_id` text NOT NULL,
	`text` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `incident_id`, `note_id`)
);
--> statement-breakpoint
CREATE TABLE `incidents` (
	`tenant_id` text NOT NULL,
	`incident_id` text NOT NULL,
	`title` text,
	`kind` text,
	`opened_at` integer,
	`severity` text,
	`category` text,
	`closed_n` integer,
	`closed_at` integer,
	`reopened_n` integer,
	`reopened_at` integer,
	PRIMARY KEY(`tenant_id`, `incident_id`)
);
--> statement-breakpoint
ALTER TABLE `alarm_recipients` ADD `step` integer;--> statement-breakpoint
ALTER TABLE `alarm_recipients` ADD `first_responded_at` integer;--> statement-breakpoint
ALTER TABLE `alarm_recipients` ADD `first_coming_at` integer;--> statement-breakpoint
ALTER TABLE `alarm_recipients` ADD `first_on_scene_at` integer;--> statement-breakpoint
ALTER TABLE `alarms` ADD `reopen_seq` integer;--> statement-breakpoint
ALTER TABLE `alarms` ADD `reopened_at` integer;--> statement-breakpoint
ALTER TABLE `alarms` ADD `incident_id` text;--> statement-breakpoint
ALTER TABLE `alarms` ADD `severity` text;--> statement-breakpoint
ALTER TABLE `alarms` ADD `category` text;--> statement-breakpoint
ALTER TABLE `alarms` ADD `instructions` text;--> statement-breakpoint
ALTER TABLE `alarms` ADD `attachments` text;--> statement-breakpoint
ALTER TABLE `alarms` ADD `when_filled` text;--> statement-breakpoint
ALTER TABLE `alarms` ADD `planned_steps` text;--> statement-breakpoint
ALTER TABLE `alarms` ADD `repeats` integer;--> statement-breakpoint
ALTER TABLE `alarms` ADD `re_alarms` integer;--> statement-breakpoint
ALTER TABLE `alarms` ADD `fill` text;--> statement-breakpoint
ALTER TABLE `alarms` ADD `fill_n` integer;--> statement-breakpoint
ALTER TABLE `alarms` ADD `fill_at` integer;--> statement-breakpoint
ALTER TABLE `alarms` ADD `first_filled_at` integer;--> statement-breakpoint
CREATE INDEX `alarms_by_scenario` ON `alarms` (`tenant_id`,`scenario_id`,`raised_at`);--> statement-breakpoint
ALTER TABLE `events` ADD `source` text;--> statement-breakpoint
ALTER TABLE `events` ADD `n` integer;--> statement-breakpoint
ALTER TABLE `events` ADD `salt` text;--> statement-breakpoint
ALTER TABLE `events` ADD `body_hash` text;--> statement-breakpoint
ALTER TABLE `events` ADD `hash` text;--> statement-breakpoint
UPDATE `alarm_recipients` SET `step` = -1 WHERE `place` IS NOT NULL;--> statement-breakpoint
UPDATE `alarm_recipients` SET `first_responded_at` = `responded_at`,
	`first_coming_at` = CASE WHEN `response` <> 'notComing' THEN `responded_at` END,
	`first_on_scene_at` = CASE WHEN `response` = 'onScene' THEN `responded_at` END;
