"""What remains of learning: certificates 结业证书 that anyone can verify, and the hours of each learner 学习档案.

May import attendance and everything below it.
"""
