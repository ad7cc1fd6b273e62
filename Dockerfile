# One image for every process of ours: the site, the timers, a command. The data lie in /data, nothing else is written.
FROM python:3.11-slim

RUN apt-get update \
    && apt-get install -y --no-install-recommends fonts-liberation \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 1000 --create-home hailong \
    && install -d -o hailong -g hailong /data /backups
WORKDIR /app
COPY setup.cfg pyproject.toml pins.txt README.md ./
COPY questionnaires questionnaires
COPY survey_app survey_app
COPY analysis analysis
COPY migrations migrations
# In place, for migrations and static files lie beside the packages.
RUN pip install --no-cache-dir --constraint pins.txt --editable . && pybabel --quiet compile --directory survey_app/translations

USER hailong
ENV INSTANCE=/data PYTHONUNBUFFERED=1
VOLUME ["/data", "/backups"]
EXPOSE 8000
CMD ["hailong", "serve", "--host", "0.0.0.0"]
