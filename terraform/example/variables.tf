variable "region" {
  type        = string
  description = "Where everything but the hosted zone is."
  default     = "eu-west-1"
}

variable "domain" {
  type        = string
  description = "The domain under which all names are."
}

variable "hosted_zone_id" {
  type        = string
  description = "Id of the hosted zone for the domain."
}

variable "certificate_arn" {
  type        = string
  description = "A certificate for the domain, *. and *.rainbow. it, in the region."
}

variable "operator_tag" {
  type        = string
  description = "Tag of the operator's image in the account's repository verdigris."
  default     = "0.1.0"
}
