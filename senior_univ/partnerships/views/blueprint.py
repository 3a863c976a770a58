"""The blueprint that this feature's pages share, and the words of offers that its templates use."""

from flask import Blueprint

from senior_univ.partnerships import rules

blueprint = Blueprint("partnerships", __name__)
blueprint.add_app_template_filter(rules.weekly, "offer_when")
blueprint.add_app_template_filter(rules.period_words, "offer_period")
