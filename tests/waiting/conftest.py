from tests.enrolment.conftest import statements

__all__ = ["statements"]
