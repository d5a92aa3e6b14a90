# What the other files have in common; each of them is one kind of resource.
data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  account   = data.aws_caller_identity.current.account_id
  partition = data.aws_partition.current.partition
  region    = data.aws_region.current.region

  key             = var.kms_key_arn == "" ? null : var.kms_key_arn
  raw_bucket      = var.raw_bucket_name == "" ? "${var.function_name}-raw-${local.account}-${local.region}" : var.raw_bucket_name
  enriched_bucket = var.enriched_bucket_name == "" ? "${var.function_name}-enriched-${local.account}-${local.region}" : var.enriched_bucket_name

  # AWS asks for a visibility of 6 times the timeout, plus the batching window: 300 is the longest. The alarm rings at 80%.
  by_timeout = {
    "30"  = { visibility = 180, visibility_with_window = 480, duration_alarm_ms = 24000 }
    "60"  = { visibility = 360, visibility_with_window = 660, duration_alarm_ms = 48000 }
    "120" = { visibility = 720, visibility_with_window = 1020, duration_alarm_ms = 96000 }
    "300" = { visibility = 1800, visibility_with_window = 2100, duration_alarm_ms = 240000 }
    "900" = { visibility = 5400, visibility_with_window = 5700, duration_alarm_ms = 720000 }
  }
  timing     = local.by_timeout[tostring(var.timeout_seconds)]
  visibility = var.batch_window_seconds == 0 ? local.timing.visibility : local.timing.visibility_with_window
}
