# One repository for each image; deploy/ecr-push.sh pushes to them and never writes a tag twice.
locals {
  repositories = var.create_repositories ? toset([var.function_name, "${var.function_name}-worker"]) : toset([])
}

resource "aws_ecr_repository" "images" {
  #checkov:skip=CKV_AWS_136:kms_key_arn sets a key of yours; ECR's own encrypts without one
  for_each             = local.repositories
  name                 = each.key
  image_tag_mutability = "IMMUTABLE"

  image_scanning_configuration {
    scan_on_push = true
  }

  encryption_configuration {
    encryption_type = local.key == null ? "AES256" : "KMS"
    kms_key         = local.key
  }
}

data "aws_iam_policy_document" "images" {
  statement {
    sid     = "LambdaPullsTheFunction"
    effect  = "Allow"
    actions = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]

    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }

    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      values   = ["arn:${local.partition}:lambda:${local.region}:${local.account}:function:${var.function_name}"]
    }
  }
}

resource "aws_ecr_repository_policy" "function" {
  count      = var.create_repositories ? 1 : 0
  repository = aws_ecr_repository.images[var.function_name].name
  policy     = data.aws_iam_policy_document.images.json
}
