# The template's parameters under Terraform's names: the same defaults and the same bounds, which a test compares.

variable "image_uri" {
  description = "The function's image in ECR, built for cpu_variant; by digest, or by a tag that is never written twice."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^([0-9]{12}\\.dkr\\.ecr\\.[a-z0-9-]+\\.amazonaws\\.com(\\.cn)?/[a-z0-9._/-]+(:[A-Za-z0-9._-]+|@sha256:[0-9a-f]{64}))$", var.image_uri))
    error_message = "An image in ECR with a tag or digest."
  }
}

variable "cpu_variant" {
  description = "The processor that the image was built for. avx512 is for workers on machines that have it, not for Lambda."
  type        = string
  default     = "avx2"
  nullable    = false

  validation {
    condition     = contains(["generic", "avx2", "arm64"], var.cpu_variant)
    error_message = "One of generic, avx2, arm64; avx512 is for workers, Lambda documents AVX2 and no more."
  }
}

variable "profile" {
  description = "Which models the image holds."
  type        = string
  default     = "fast"
  nullable    = false

  validation {
    condition     = contains(["fast", "full"], var.profile)
    error_message = "One of fast, full."
  }
}

variable "memory_mb" {
  description = "Lambda gives one processor for each 1,769 MB. One is the cheapest, more make a batch shorter."
  type        = number
  default     = 1769
  nullable    = false

  validation {
    condition     = var.memory_mb >= 1024 && var.memory_mb <= 10240 && floor(var.memory_mb) == var.memory_mb
    error_message = "A whole number from 1024 to 10240."
  }
}

variable "timeout_seconds" {
  description = "For one batch. The queue's visibility and the alarm on the duration follow from it."
  type        = number
  default     = 60
  nullable    = false

  validation {
    condition     = contains([30, 60, 120, 300, 900], var.timeout_seconds)
    error_message = "One of 30, 60, 120, 300, 900."
  }
}

variable "batch_size" {
  description = "Messages for one invocation at most. More than 10 need a batching window."
  type        = number
  default     = 10
  nullable    = false

  validation {
    condition     = var.batch_size >= 1 && var.batch_size <= 10000 && floor(var.batch_size) == var.batch_size
    error_message = "A whole number from 1 to 10000."
  }

  validation {
    condition     = var.batch_size <= 10 || var.batch_window_seconds >= 1
    error_message = "More than 10 need batch_window_seconds of at least 1: Lambda refuses it otherwise."
  }
}

variable "batch_window_seconds" {
  description = "For how long SQS may wait for a batch to fill."
  type        = number
  default     = 0
  nullable    = false

  validation {
    condition     = var.batch_window_seconds >= 0 && var.batch_window_seconds <= 300 && floor(var.batch_window_seconds) == var.batch_window_seconds
    error_message = "A whole number from 0 to 300."
  }
}

variable "maximum_concurrency" {
  description = "Invocations at once. Bounded at the event source, since throttled polls would use up receives."
  type        = number
  default     = 10
  nullable    = false

  validation {
    condition     = var.maximum_concurrency >= 2 && var.maximum_concurrency <= 1000 && floor(var.maximum_concurrency) == var.maximum_concurrency
    error_message = "A whole number from 2 to 1000."
  }
}

variable "max_receive_count" {
  description = "How often a message is received before SQS moves it to the dead-letter queue."
  type        = number
  default     = 5
  nullable    = false

  validation {
    condition     = var.max_receive_count >= 5 && var.max_receive_count <= 1000 && floor(var.max_receive_count) == var.max_receive_count
    error_message = "A whole number from 5 to 1000."
  }
}

variable "pipeline_version" {
  description = "Raise it to enrich stored tickets again."
  type        = number
  default     = 1
  nullable    = false

  validation {
    condition     = var.pipeline_version >= 1 && var.pipeline_version <= 1000000000 && floor(var.pipeline_version) == var.pipeline_version
    error_message = "A whole number from 1 to 1000000000."
  }
}

variable "pii" {
  description = "Whether personal data is masked in what is stored."
  type        = string
  default     = "mask"
  nullable    = false

  validation {
    condition     = contains(["mask", "off"], var.pii)
    error_message = "One of mask, off."
  }
}

variable "on_partial" {
  description = "What becomes of a ticket when a stage failed on it."
  type        = string
  default     = "keep"
  nullable    = false

  validation {
    condition     = contains(["keep", "retry"], var.on_partial)
    error_message = "One of keep, retry."
  }
}

variable "on_deadline" {
  description = "What gives when time is short, the ticket or its abstractive summary."
  type        = string
  default     = "retry"
  nullable    = false

  validation {
    condition     = contains(["retry", "extractive"], var.on_deadline)
    error_message = "One of retry, extractive."
  }
}

variable "log_level" {
  description = "What the function logs."
  type        = string
  default     = "INFO"
  nullable    = false

  validation {
    condition     = contains(["DEBUG", "INFO", "WARNING", "ERROR"], var.log_level)
    error_message = "One of DEBUG, INFO, WARNING, ERROR."
  }
}

variable "log_retention_days" {
  description = "For how long its logs are kept."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827], var.log_retention_days)
    error_message = "One of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827."
  }
}

variable "raw_bucket_name" {
  description = "Where tickets come in; <function_name>-raw-<account>-<region> if empty, as buckets share one worldwide set of names."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^$|^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.raw_bucket_name))
    error_message = "3 to 63 of a-z, 0-9 and -, or nothing."
  }
}

variable "enriched_bucket_name" {
  description = "Where results go; <function_name>-enriched-<account>-<region> if empty."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^$|^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.enriched_bucket_name))
    error_message = "3 to 63 of a-z, 0-9 and -, or nothing."
  }
}

variable "payload_bucket_name" {
  description = "An existing bucket of the SQS extended client's payloads, if there is one."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^$|^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.payload_bucket_name))
    error_message = "3 to 63 of a-z, 0-9 and -, or nothing."
  }
}

variable "table_name" {
  description = "The table of committed rows."
  type        = string
  default     = "tickets"
  nullable    = false
}

variable "queue_name" {
  description = "The queue of messages that name tickets."
  type        = string
  default     = "ticket-processing-queue"
  nullable    = false
}

variable "dead_letter_queue_name" {
  description = "Where messages lie that can never succeed."
  type        = string
  default     = "ticket-processing-dlq"
  nullable    = false
}

variable "function_name" {
  description = "The function, and the stem of the names of what belongs to it."
  type        = string
  default     = "ticket-processor"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{0,25}$", var.function_name))
    error_message = "Up to 26 of a-z, 0-9 and -, since the buckets' names begin with it."
  }
}

variable "kms_key_arn" {
  description = "A key of your own for everything at rest; docs/deploying.md has the policy that it needs. AWS's own keys if empty."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^$|^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$", var.kms_key_arn))
    error_message = "The ARN of a key (not of an alias), or nothing."
  }
}

variable "deletion_protection" {
  description = "Whether the table refuses to be deleted."
  type        = bool
  default     = true
  nullable    = false
}

variable "alarm_email" {
  description = "Who is told of alarms; others may subscribe to the topic."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^$|^[^@ ]+@[^@ ]+$", var.alarm_email))
    error_message = "An e-mail address, or nothing."
  }
}

variable "oldest_message_seconds" {
  description = "The age of the oldest message that rings the bell."
  type        = number
  default     = 900
  nullable    = false

  validation {
    condition     = var.oldest_message_seconds >= 60 && var.oldest_message_seconds <= 1209600 && floor(var.oldest_message_seconds) == var.oldest_message_seconds
    error_message = "A whole number from 60 to 1209600."
  }
}

variable "review_rate_percent" {
  description = "The share of results that need a person's look that rings the bell."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = var.review_rate_percent >= 1 && var.review_rate_percent <= 100 && floor(var.review_rate_percent) == var.review_rate_percent
    error_message = "A whole number from 1 to 100."
  }
}

variable "oidc_provider_arn" {
  description = "The EKS cluster's OIDC provider, for the role of workers on Kubernetes; no such role if empty."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^$|^arn:aws[a-z-]*:iam::[0-9]{12}:oidc-provider/.+$", var.oidc_provider_arn))
    error_message = "The ARN of an IAM OIDC provider, or nothing."
  }
}

variable "service_account" {
  description = "Namespace and name of the ServiceAccount that may take the workers' role; as deploy/kubernetes has them."
  type        = string
  default     = "ticket-processor:ticket-processor"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9-]+:[a-z0-9-]+$", var.service_account))
    error_message = "<namespace>:<name>, without wildcards."
  }
}

variable "create_repositories" {
  description = "Whether ECR repositories for the function's and the worker's image are made; apply these first, then push, then the rest."
  type        = bool
  default     = true
  nullable    = false
}
