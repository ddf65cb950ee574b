# The operator's own keys guard its API: there is no authorizer.
resource "aws_apigatewayv2_api" "this" {
  count = local.function_count

  name                         = "verdigris-operator"
  protocol_type                = "HTTP"
  disable_execute_api_endpoint = var.name != null
}

resource "aws_apigatewayv2_integration" "operator" {
  count = local.function_count

  api_id                 = aws_apigatewayv2_api.this[0].id
  integration_type       = "AWS_PROXY"
  integration_uri        = aws_lambda_function.operator[0].invoke_arn
  payload_format_version = "2.0"
}

# Of all routes only $default takes the path "/" and every other.
resource "aws_apigatewayv2_route" "default" {
  count = local.function_count

  api_id    = aws_apigatewayv2_api.this[0].id
  route_key = "$default"
  target    = "integrations/${aws_apigatewayv2_integration.operator[0].id}"
}

resource "aws_cloudwatch_log_group" "access" {
  count = local.function_count

  name_prefix       = "/verdigris/operator-access-"
  retention_in_days = var.log_retention_days
}

resource "aws_apigatewayv2_stage" "default" {
  count = local.function_count

  api_id      = aws_apigatewayv2_api.this[0].id
  name        = "$default"
  auto_deploy = true

  default_route_settings {
    throttling_rate_limit  = 50
    throttling_burst_limit = 100
  }

  access_log_settings {
    destination_arn = aws_cloudwatch_log_group.access[0].arn
    format          = "$context.identity.sourceIp [$context.requestTime] \"$context.httpMethod $context.path $context.protocol\" $context.status $context.responseLength $context.requestId"
  }
}

resource "aws_lambda_permission" "api" {
  count = local.function_count

  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.operator[0].function_name
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_apigatewayv2_api.this[0].execution_arn}/*/*"
}

resource "aws_apigatewayv2_domain_name" "this" {
  count = local.on_function && var.name != null ? 1 : 0

  domain_name = var.name.domain_name

  domain_name_configuration {
    certificate_arn = var.name.certificate_arn
    endpoint_type   = "REGIONAL"
    security_policy = "TLS_1_2"
  }
}

resource "aws_apigatewayv2_api_mapping" "this" {
  count = length(aws_apigatewayv2_domain_name.this)

  api_id      = aws_apigatewayv2_api.this[0].id
  domain_name = aws_apigatewayv2_domain_name.this[0].id
  stage       = aws_apigatewayv2_stage.default[0].id
}

# The one record that Terraform makes: the operator's own name, never an environment's.
resource "aws_route53_record" "function" {
  count = local.on_function && try(var.name.hosted_zone_id, null) != null ? 1 : 0

  zone_id = var.name.hosted_zone_id
  name    = var.name.domain_name
  type    = "A"

  alias {
    name                   = aws_apigatewayv2_domain_name.this[0].domain_name_configuration[0].target_domain_name
    zone_id                = aws_apigatewayv2_domain_name.this[0].domain_name_configuration[0].hosted_zone_id
    evaluate_target_health = false
  }
}
