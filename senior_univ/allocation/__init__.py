"""Allocation day 集中报名: applications collected for days, then seats given by random serial dictatorship.

May import waiting, enrolment, timetable, teaching, catalogue, care, accounts, network, audit and core.
"""
