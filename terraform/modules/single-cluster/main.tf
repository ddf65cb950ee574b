# An environment of kind single: the one side main, which the operator updates in place.

module "main" {
  source = "../side"

  side                              = "main"
  cluster_name                      = var.cluster_name
  service_name                      = var.service_name
  network                           = var.network
  app                               = var.app
  load_balancer                     = var.load_balancer
  health_path                       = var.health_path
  instances                         = var.instances
  scaling                           = var.scaling
  placeholder                       = var.placeholder
  log_retention_days                = var.log_retention_days
  health_check_grace_period_seconds = var.health_check_grace_period_seconds
}
