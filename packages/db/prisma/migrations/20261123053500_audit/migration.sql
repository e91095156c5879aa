-- CreateTable
CREATE TABLE "event_rules" (
    "id" UUID NOT NULL,
    "name" VARCHAR(128) NOT NULL,
    "rule" JSONB NOT NULL,
    "version" INTEGER NOT NULL,
    "updated_by" VARCHAR(256) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "event_rules_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "audit_entries" (
    "position" BIGINT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "kind" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "actor" TEXT NOT NULL,
    "actor_name" TEXT NOT NULL,
    "target" JSONB NOT NULL,
    "namespaces" TEXT[],
    "reason" TEXT,
    "request_id" TEXT,
    "from_address" TEXT,
    "via" TEXT,
    "before" JSONB,
    "after" JSONB,
    "generation" TEXT,
    "epoch" BIGINT,
    "index" INTEGER,
    "cause_id" TEXT NOT NULL,
    "cause_digest" TEXT NOT NULL,
    "prev_hash" TEXT NOT NULL,
    "hash" TEXT NOT NULL,

    CONSTRAINT "audit_entries_pkey" PRIMARY KEY ("position")
);

-- CreateTable
CREATE TABLE "audit_generations" (
    "generation" TEXT NOT NULL,
    "archived_up_to" BIGINT NOT NULL,
    "puts_counted" BIGINT NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "audit_generations_pkey" PRIMARY KEY ("generation")
);

-- CreateIndex
CREATE INDEX "audit_entries_at_position_idx" ON "audit_entries"("at", "position");

-- CreateIndex
CREATE INDEX "audit_entries_kind_at_position_idx" ON "audit_entries"("kind", "at", "position");

-- CreateIndex
CREATE INDEX "audit_entries_actor_at_position_idx" ON "audit_entries"("actor", "at", "position");

-- CreateIndex
CREATE INDEX "audit_entries_request_id_idx" ON "audit_entries"("request_id");

-- CreateIndex
CREATE UNIQUE INDEX "audit_entries_cause_id_cause_digest_key" ON "audit_entries"("cause_id", "cause_digest");

-- CreateIndex
CREATE UNIQUE INDEX "audit_entries_generation_epoch_index_key" ON "audit_entries"("generation", "epoch", "index");


-- The audit only grows. Triggers say so to everybody, the owner of the table included; ALWAYS, so that a session in
-- replica mode is told as well. The role of the running product has no right to the rest in the first place
-- (scripts/grant-app-role.mjs).
CREATE FUNCTION "audit_refuse_change"() RETURNS trigger AS $$
BEGIN
  RAISE EXCEPTION 'audit_entries is append-only: % is refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END;
$$ LANGUAGE plpgsql;

CREATE TRIGGER "audit_entries_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "audit_entries"
  FOR EACH STATEMENT EXECUTE FUNCTION "audit_refuse_change"();
ALTER TABLE "audit_entries" ENABLE ALWAYS TRIGGER "audit_entries_append_only";

-- Nobody else's by default: rights are given to one role, and never to all of them.
REVOKE ALL ON "audit_entries" FROM PUBLIC;

ALTER TABLE "audit_entries" ADD CONSTRAINT "audit_entries_from_1" CHECK ("position" >= 1);
-- An entry without a namespace would be contained in every grant, and so be shown to everybody.
ALTER TABLE "audit_entries" ADD CONSTRAINT "audit_entries_concern" CHECK (coalesce(cardinality("namespaces"), 0) > 0);
ALTER TABLE "audit_entries" ADD CONSTRAINT "audit_entries_hashes"
  CHECK ("prev_hash" ~ '^[0-9a-f]{64}$' AND "hash" ~ '^[0-9a-f]{64}$');
