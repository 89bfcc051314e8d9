"""The limit of what this machine and gunicorn can do: a Flask route that returns a constant."""

import sys

from flask import Flask

from app.server import serve


def build() -> Flask:
    app = Flask("bare")

    @app.route("/constant", methods=["GET", "POST"])
    def constant() -> dict[str, str]:
        return {"code": "ALLOWED"}

    return app


if __name__ == "__main__":
    serve(bind=sys.argv[1], workers=int(sys.argv[2]), threads=int(sys.argv[3]), build=build)
