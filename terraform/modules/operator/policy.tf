# All that the operator may do, and nothing else.

locals {
  sides = flatten([for environment in var.environments : environment.sides])

  # Every name at which it keeps records, the fences' included, by zone.
  record_names = {
    for zone in local.zone_ids : zone => distinct(flatten([
      for environment in var.environments : compact([
        environment.record,
        environment.preview,
        "_verdigris.${environment.record}",
      ]) if environment.hosted_zone_id == zone
    ]))
  }

  own_zones      = var.zone_role_arn == null ? local.zone_ids : []
  assumed_roles  = distinct(concat(var.assumed_role_arns, var.zone_role_arn[*]))
  log_group_arns = var.logs ? distinct(flatten(local.sides[*].log_group_arns)) : []
}

data "aws_iam_policy_document" "operator" {
  statement {
    sid       = "Table"
    actions   = ["dynamodb:DescribeTable", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"]
    resources = [local.table.arn]
  }

  dynamic "statement" {
    for_each = length(local.own_zones) > 0 ? [local.own_zones] : []

    content {
      sid       = "Zones"
      actions   = ["route53:GetHostedZone", "route53:ListResourceRecordSets"]
      resources = [for zone in statement.value : "arn:${data.aws_partition.current.partition}:route53:::hostedzone/${zone}"]
    }
  }

  # Each change has a name, a type and an action, so none of the keys is ever missing, and
  # ForAllValues never holds for want of values.
  dynamic "statement" {
    for_each = local.own_zones

    content {
      sid       = "Records${statement.key}"
      actions   = ["route53:ChangeResourceRecordSets"]
      resources = ["arn:${data.aws_partition.current.partition}:route53:::hostedzone/${statement.value}"]

      condition {
        test     = "ForAllValues:StringEquals"
        variable = "route53:ChangeResourceRecordSetsNormalizedRecordNames"
        values   = local.record_names[statement.value]
      }

      condition {
        test     = "ForAllValues:StringEquals"
        variable = "route53:ChangeResourceRecordSetsRecordTypes"
        values   = ["A", "AAAA", "TXT"]
      }

      condition {
        test     = "ForAllValues:StringEquals"
        variable = "route53:ChangeResourceRecordSetsActions"
        values   = ["CREATE", "DELETE"]
      }
    }
  }

  dynamic "statement" {
    for_each = length(local.own_zones) > 0 ? [1] : []

    content {
      sid       = "Changes"
      actions   = ["route53:GetChange"]
      resources = ["arn:${data.aws_partition.current.partition}:route53:::change/*"]
    }
  }

  dynamic "statement" {
    for_each = length(local.assumed_roles) > 0 ? [local.assumed_roles] : []

    content {
      sid       = "Roles"
      actions   = ["sts:AssumeRole"]
      resources = statement.value
    }
  }

  source_policy_documents = length(local.sides) > 0 ? [data.aws_iam_policy_document.sides[0].json] : []
}
