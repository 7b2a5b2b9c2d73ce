CREATE TABLE `conversations` (
	`tenant_id` text NOT NULL,
	`conversation_id` text NOT NULL,
	`form` text,
	`kind` text,
	`title` text,
	`site_id` text,
	`role_id` text,
	`incident_id` text,
	`created_at` integer,
	`closed` integer,
	`version` integer,
	`removed_up_to` integer,
	PRIMARY KEY(`tenant_id`, `conversation_id`)
);
--> statement-breakpoint
CREATE TABLE `message_erasures` (
	`tenant_id` text NOT NULL,
	`conversation_id` text NOT NULL,
	`user_id` text NOT NULL,
	`up_to_seq` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `conversation_id`, `user_id`)
);
--> statement-breakpoint
CREATE TABLE `messages` (
	`tenant_id` text NOT NULL,
	`conversation_id` text NOT NULL,
	`message_id` text NOT NULL,
	`seq` integer NOT NULL,
	`epoch` integer,
	`at` integer NOT NULL,
	`author_id` text,
	`text` text,
	`edited_at` integer,
	`reply_to` text,
	`photo_id` text,
	`event` text,
	`gone` text,
	PRIMARY KEY(`tenant_id`, `conversation_id`, `message_id`)
);
--> statement-breakpoint
CREATE INDEX `messages_by_seq` ON `messages` (`tenant_id`,`conversation_id`,`seq`);