# An environment of kind blue-green: two sides, alike but for their names. Which of them is live is the
# operator's to say. To try a change of infrastructure on the standby first, apply that side alone:
#   terraform apply -target='module.production.module.side["green"]'

module "side" {
  source   = "../side"
  for_each = toset(["blue", "green"])

  side                              = each.key
  cluster_name                      = "${var.cluster_name}-${each.key}"
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
