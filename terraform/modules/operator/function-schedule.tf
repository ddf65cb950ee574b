data "aws_caller_identity" "current" {}

data "aws_iam_policy_document" "scheduler_trust" {
  count = local.function_count

  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["scheduler.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [data.aws_caller_identity.current.account_id]
    }
  }
}

data "aws_iam_policy_document" "scheduler" {
  count = local.function_count

  statement {
    sid       = "Wake"
    actions   = ["lambda:InvokeFunction"]
    resources = [aws_lambda_function.operator[0].arn]
  }
}

resource "aws_iam_role" "scheduler" {
  count = local.function_count

  name_prefix        = "verdigris-scheduler-"
  assume_role_policy = data.aws_iam_policy_document.scheduler_trust[0].json
}

resource "aws_iam_role_policy" "scheduler" {
  count = local.function_count

  role   = aws_iam_role.scheduler[0].id
  policy = data.aws_iam_policy_document.scheduler[0].json
}

resource "aws_scheduler_schedule" "drive" {
  count = local.function_count

  name                = "verdigris-drive"
  description         = "Wakes the Verdigris operator to drive what is in flight"
  schedule_expression = "rate(1 minute)"

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = aws_lambda_function.operator[0].arn
    role_arn = aws_iam_role.scheduler[0].arn
    input    = jsonencode({ verdigris = "drive" })

    retry_policy {
      maximum_retry_attempts       = 0
      maximum_event_age_in_seconds = 60
    }
  }
}
