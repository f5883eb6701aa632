using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Expand.Server.Platform.Migrations
{
    /// <inheritdoc />
    public partial class WebUi : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_audit_at",
                table: "audit");

            migrationBuilder.AddColumn<int>(
                name: "agent_id",
                table: "outgoing_calls",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "claimed_by",
                table: "outgoing_calls",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "claimed_job",
                table: "outgoing_calls",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "claimed_until",
                table: "outgoing_calls",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.Sql(
                """
                update outgoing_calls c set agent_id = u.id from users u where c.agent_key <> '' and upper(u.user_name collate "C") = c.agent_key;
                """);

            migrationBuilder.CreateTable(
                name: "cdr_templates",
                columns: table => new
                {
                    field = table.Column<short>(type: "smallint", nullable: false),
                    text = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: false),
                    changed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    changed_by = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_cdr_templates", x => x.field);
                });

            migrationBuilder.CreateTable(
                name: "extension_names",
                columns: table => new
                {
                    number = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    name = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_extension_names", x => x.number);
                });

            migrationBuilder.CreateTable(
                name: "form_drafts",
                columns: table => new
                {
                    user_id = table.Column<int>(type: "integer", nullable: false),
                    leg = table.Column<string>(type: "text", nullable: false),
                    form_id = table.Column<int>(type: "integer", nullable: false),
                    call = table.Column<string>(type: "json", nullable: false),
                    values = table.Column<string>(type: "json", nullable: false),
                    changed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_form_drafts", x => new { x.user_id, x.leg, x.form_id });
                    table.ForeignKey(
                        name: "fk_form_drafts_dynamic_forms_form_id",
                        column: x => x.form_id,
                        principalTable: "dynamic_forms",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "inspected_requests",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityAlwaysColumn),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    caller = table.Column<string>(type: "text", nullable: false),
                    address = table.Column<string>(type: "text", nullable: false),
                    duration_microseconds = table.Column<int>(type: "integer", nullable: false),
                    operation = table.Column<string>(type: "text", nullable: false),
                    status = table.Column<int>(type: "integer", nullable: false),
                    failed = table.Column<bool>(type: "boolean", nullable: false),
                    outcome = table.Column<string>(type: "text", nullable: false),
                    request_line = table.Column<string>(type: "text", nullable: false),
                    headers = table.Column<string>(type: "text", nullable: false),
                    body = table.Column<string>(type: "text", nullable: false),
                    body_bytes = table.Column<long>(type: "bigint", nullable: false),
                    body_cut = table.Column<bool>(type: "boolean", nullable: false),
                    understood = table.Column<string>(type: "text", nullable: false),
                    answer = table.Column<string>(type: "text", nullable: false),
                    answer_cut = table.Column<bool>(type: "boolean", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_inspected_requests", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "marked_parts",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityAlwaysColumn),
                    pbx = table.Column<string>(type: "text", nullable: false),
                    uniqueid = table.Column<string>(type: "text", nullable: false),
                    leg = table.Column<string>(type: "text", nullable: false),
                    queue = table.Column<string>(type: "text", nullable: false),
                    agent = table.Column<string>(type: "text", nullable: false),
                    form = table.Column<string>(type: "text", nullable: false),
                    file = table.Column<string>(type: "text", nullable: false),
                    chunk = table.Column<string>(type: "text", nullable: false),
                    channel_id = table.Column<string>(type: "text", nullable: false),
                    asked_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    started_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    ended_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_marked_parts", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "numbered_calls",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityAlwaysColumn),
                    pbx = table.Column<string>(type: "text", nullable: false),
                    uniqueid = table.Column<string>(type: "text", nullable: false),
                    numbered_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "now()")
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_numbered_calls", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_outgoing_calls_agent_id",
                table: "outgoing_calls",
                column: "agent_id",
                filter: "agent_id is not null");

            migrationBuilder.CreateIndex(
                name: "ix_outgoing_calls_claimed_job",
                table: "outgoing_calls",
                column: "claimed_job",
                filter: "claimed_job is not null");

            migrationBuilder.CreateIndex(
                name: "ix_form_entries_uniqueid",
                table: "form_entries",
                column: "uniqueid");

            migrationBuilder.CreateIndex(
                name: "ix_cdr_destination_call_date",
                table: "cdr",
                columns: new[] { "destination", "call_date" });

            migrationBuilder.CreateIndex(
                name: "ix_cdr_source_call_date",
                table: "cdr",
                columns: new[] { "source", "call_date" });

            migrationBuilder.CreateIndex(
                name: "ix_audit_action_at_id",
                table: "audit",
                columns: new[] { "action", "at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_audit_actor_at_id",
                table: "audit",
                columns: new[] { "actor", "at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_audit_at_id",
                table: "audit",
                columns: new[] { "at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_form_drafts_changed_at",
                table: "form_drafts",
                column: "changed_at");

            migrationBuilder.CreateIndex(
                name: "ix_form_drafts_form_id",
                table: "form_drafts",
                column: "form_id");

            migrationBuilder.CreateIndex(
                name: "ix_inspected_requests_at",
                table: "inspected_requests",
                column: "at");

            migrationBuilder.CreateIndex(
                name: "ix_inspected_requests_caller_id",
                table: "inspected_requests",
                columns: new[] { "caller", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_marked_parts_channel_id",
                table: "marked_parts",
                column: "channel_id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_marked_parts_file",
                table: "marked_parts",
                column: "file",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_marked_parts_leg",
                table: "marked_parts",
                column: "leg");

            migrationBuilder.CreateIndex(
                name: "ix_marked_parts_leg1",
                table: "marked_parts",
                column: "leg",
                unique: true,
                filter: "ended_at is null");

            migrationBuilder.CreateIndex(
                name: "ix_marked_parts_uniqueid",
                table: "marked_parts",
                column: "uniqueid");

            migrationBuilder.CreateIndex(
                name: "ix_numbered_calls_pbx_uniqueid",
                table: "numbered_calls",
                columns: new[] { "pbx", "uniqueid" },
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "cdr_templates");

            migrationBuilder.DropTable(
                name: "extension_names");

            migrationBuilder.DropTable(
                name: "form_drafts");

            migrationBuilder.DropTable(
                name: "inspected_requests");

            migrationBuilder.DropTable(
                name: "marked_parts");

            migrationBuilder.DropTable(
                name: "numbered_calls");

            migrationBuilder.DropIndex(
                name: "ix_outgoing_calls_agent_id",
                table: "outgoing_calls");

            migrationBuilder.DropIndex(
                name: "ix_outgoing_calls_claimed_job",
                table: "outgoing_calls");

            migrationBuilder.DropIndex(
                name: "ix_form_entries_uniqueid",
                table: "form_entries");

            migrationBuilder.DropIndex(
                name: "ix_cdr_destination_call_date",
                table: "cdr");

            migrationBuilder.DropIndex(
                name: "ix_cdr_source_call_date",
                table: "cdr");

            migrationBuilder.DropIndex(
                name: "ix_audit_action_at_id",
                table: "audit");

            migrationBuilder.DropIndex(
                name: "ix_audit_actor_at_id",
                table: "audit");

            migrationBuilder.DropIndex(
                name: "ix_audit_at_id",
                table: "audit");

            migrationBuilder.DropColumn(
                name: "agent_id",
                table: "outgoing_calls");

            migrationBuilder.DropColumn(
                name: "claimed_by",
                table: "outgoing_calls");

            migrationBuilder.DropColumn(
                name: "claimed_job",
                table: "outgoing_calls");

            migrationBuilder.DropColumn(
                name: "claimed_until",
                table: "outgoing_calls");

            migrationBuilder.CreateIndex(
                name: "ix_audit_at",
                table: "audit",
                column: "at");
        }
    }
}
