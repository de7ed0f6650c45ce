# Debian's glibc, because the packages of the lock file have no builds for musl.
FROM python:3.13-slim-trixie AS packages
COPY requirements.lock .
RUN python -m venv /opt/azora \
 && /opt/azora/bin/pip install --no-cache-dir --require-hashes -r requirements.lock

FROM python:3.13-slim-trixie
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin azora
COPY --from=packages /opt/azora /opt/azora
ENV PATH=/opt/azora/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /app
COPY gateway gateway
COPY domains domains
COPY migrations migrations
COPY seed seed
RUN python -m compileall -q .
USER 10001
ENV AZORA_PROFILE=production AZORA_HOST=0.0.0.0
EXPOSE 8000
ENTRYPOINT ["python", "-m", "gateway"]
CMD ["serve"]
