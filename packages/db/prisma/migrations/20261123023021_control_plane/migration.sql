-- CreateEnum
CREATE TYPE "Role" AS ENUM ('viewer', 'operator', 'admin');

-- CreateTable
CREATE TABLE "users" (
    "id" UUID NOT NULL,
    "email" VARCHAR(320) NOT NULL,
    "name" VARCHAR(256) NOT NULL,
    "password_hash" TEXT,
    "role" "Role" NOT NULL,
    "namespaces" JSONB NOT NULL,
    "oidc_issuer" TEXT,
    "oidc_subject" TEXT,
    "disabled_at" TIMESTAMPTZ(3),
    "signed_in_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "users_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sign_in_throttles" (
    "subject" CHAR(64) NOT NULL,
    "failures" INTEGER NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "sign_in_throttles_pkey" PRIMARY KEY ("subject")
);

-- CreateTable
CREATE TABLE "namespace_policies" (
    "name" VARCHAR(128) NOT NULL,
    "policy" JSONB NOT NULL,
    "version" INTEGER NOT NULL,
    "updated_by" VARCHAR(256) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "namespace_policies_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "api_keys" (
    "id" CHAR(12) NOT NULL,
    "name" VARCHAR(128) NOT NULL,
    "hash" CHAR(64) NOT NULL,
    "scopes" TEXT[],
    "namespaces" JSONB NOT NULL,
    "rate_per_second" INTEGER,
    "expires_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),
    "last_used_at" TIMESTAMPTZ(3),
    "created_by" VARCHAR(256) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "rotated_from" CHAR(12),

    CONSTRAINT "api_keys_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "control_revision" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "revision" INTEGER NOT NULL,

    CONSTRAINT "control_revision_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "metric_samples" (
    "resolution_s" SMALLINT NOT NULL,
    "bucket_at" TIMESTAMPTZ(3) NOT NULL,
    "node_id" VARCHAR(128) NOT NULL,
    "from_at" TIMESTAMPTZ(3) NOT NULL,
    "to_at" TIMESTAMPTZ(3) NOT NULL,
    "requests" BIGINT NOT NULL,
    "l1_hits" BIGINT NOT NULL,
    "l2_hits" BIGINT NOT NULL,
    "negative_hits" BIGINT NOT NULL,
    "stale_hits" BIGINT NOT NULL,
    "misses" BIGINT NOT NULL,
    "origin_loads" BIGINT NOT NULL,
    "origin_failures" BIGINT NOT NULL,
    "writes" BIGINT NOT NULL,
    "invalidations" BIGINT NOT NULL,
    "evictions" BIGINT NOT NULL,
    "errors" BIGINT NOT NULL,
    "l1_entries" BIGINT NOT NULL,
    "l1_bytes" BIGINT NOT NULL,
    "latency" BYTEA NOT NULL,
    "propagation" BYTEA NOT NULL,

    CONSTRAINT "metric_samples_pkey" PRIMARY KEY ("resolution_s","bucket_at","node_id")
);

-- CreateTable
CREATE TABLE "metric_baselines" (
    "node_id" VARCHAR(128) NOT NULL,
    "metrics" JSONB NOT NULL,
    "read_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "metric_baselines_pkey" PRIMARY KEY ("node_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "users_email_key" ON "users"("email");

-- CreateIndex
CREATE UNIQUE INDEX "users_oidc_issuer_oidc_subject_key" ON "users"("oidc_issuer", "oidc_subject");

-- CreateIndex
CREATE INDEX "sign_in_throttles_expires_at_idx" ON "sign_in_throttles"("expires_at");

-- CreateIndex
CREATE INDEX "api_keys_rotated_from_idx" ON "api_keys"("rotated_from");

-- AddForeignKey
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_rotated_from_fkey" FOREIGN KEY ("rotated_from") REFERENCES "api_keys"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- There is one revision. The row is here from the first moment, so that a change is an UPDATE that locks it.
ALTER TABLE "control_revision" ADD CONSTRAINT "control_revision_one_row" CHECK ("id" = 1);
INSERT INTO "control_revision" ("id", "revision") VALUES (1, 0);

-- One address is one person, however it was typed.
ALTER TABLE "users" ADD CONSTRAINT "users_email_lower_case" CHECK ("email" = lower(btrim("email")));
