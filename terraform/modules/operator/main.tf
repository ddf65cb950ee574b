data "aws_region" "current" {}

data "aws_partition" "current" {}

locals {
  table = var.table != null ? var.table : {
    name   = aws_dynamodb_table.this[0].name
    arn    = aws_dynamodb_table.this[0].arn
    region = data.aws_region.current.region
  }

  on_service  = var.runs_on == "service"
  on_function = var.runs_on == "function"

  zone_ids = distinct([for environment in var.environments : environment.hosted_zone_id])

  # All that changes by the way it runs is in service.tf and function.tf.
  host = var.name != null ? var.name.domain_name : "${aws_apigatewayv2_api.this[0].id}.execute-api.${data.aws_region.current.region}.${data.aws_partition.current.dns_suffix}"

  settings = merge(
    {
      VERDIGRIS_TABLE         = local.table.name
      VERDIGRIS_REGION        = local.table.region
      VERDIGRIS_ALLOWED_HOSTS = local.host
    },
    length(local.zone_ids) > 0 ? { VERDIGRIS_HOSTED_ZONES = join(",", local.zone_ids) } : {},
    var.zone_role_arn == null ? {} : { VERDIGRIS_ZONE_ROLE = var.zone_role_arn },
    length(var.name_servers) == 0 ? {} : { VERDIGRIS_NAME_SERVERS = join(",", var.name_servers) },
  )
}

# The role that all the operator's calls to AWS are made with.
data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = [local.on_service ? "ecs-tasks.amazonaws.com" : "lambda.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "operator" {
  name_prefix        = "verdigris-operator-"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

resource "aws_iam_role_policy" "operator" {
  role   = aws_iam_role.operator.id
  policy = data.aws_iam_policy_document.operator.json
}
