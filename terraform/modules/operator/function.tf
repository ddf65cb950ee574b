# The operator as a Lambda function, woken each minute to drive what is in flight.

locals {
  function_count = local.on_function ? 1 : 0
}

data "archive_file" "operator" {
  count = local.function_count

  type        = "zip"
  source_file = "${var.function.code_path}/lambda.mjs"
  output_path = "${path.root}/.terraform/verdigris-operator.zip"
}

resource "aws_lambda_function" "operator" {
  count = local.function_count

  function_name    = "verdigris-operator"
  description      = "Verdigris operator"
  role             = aws_iam_role.operator.arn
  runtime          = var.function.runtime
  architectures    = ["arm64"]
  handler          = "lambda.handler"
  filename         = data.archive_file.operator[0].output_path
  source_code_hash = data.archive_file.operator[0].output_base64sha256
  memory_size      = 512
  timeout          = 60

  environment {
    variables = merge(
      local.settings,
      var.github_secret_arn == null ? {} : { VERDIGRIS_GITHUB_SECRET_ARN = var.github_secret_arn },
    )
  }

  logging_config {
    log_format = "Text"
    log_group  = aws_cloudwatch_log_group.operator.name
  }

  depends_on = [aws_iam_role_policy.function, aws_iam_role_policy.operator]
}

# The next minute's call does what a failed one left undone.
resource "aws_lambda_function_event_invoke_config" "operator" {
  count = local.function_count

  function_name                = aws_lambda_function.operator[0].function_name
  maximum_retry_attempts       = 0
  maximum_event_age_in_seconds = 60
}

data "aws_iam_policy_document" "function" {
  count = local.function_count

  statement {
    sid       = "OwnLog"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.operator.arn}:*"]
  }

  dynamic "statement" {
    for_each = var.github_secret_arn[*]

    content {
      sid       = "Secret"
      actions   = ["secretsmanager:GetSecretValue"]
      resources = [statement.value]
    }
  }
}

resource "aws_iam_role_policy" "function" {
  count = local.function_count

  role   = aws_iam_role.operator.id
  policy = data.aws_iam_policy_document.function[0].json
}
