using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Expand.Server.Platform.Migrations
{
    /// <inheritdoc />
    public partial class OutgoingCallsAndForms : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "dynamic_forms",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityAlwaysColumn),
                    name = table.Column<string>(type: "text", nullable: false),
                    title = table.Column<string>(type: "text", nullable: false),
                    fields = table.Column<string>(type: "json", nullable: false),
                    queues = table.Column<string[]>(type: "text[]", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_dynamic_forms", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "outgoing_calls",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityAlwaysColumn),
                    queue = table.Column<string>(type: "text", nullable: false),
                    phones = table.Column<string[]>(type: "text[]", nullable: false),
                    numbers = table.Column<string[]>(type: "text[]", nullable: false),
                    contact = table.Column<string>(type: "text", nullable: false),
                    subject = table.Column<string>(type: "text", nullable: false),
                    calldate = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    expiration = table.Column<int>(type: "integer", nullable: false),
                    expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    agent = table.Column<string>(type: "text", nullable: false),
                    agent_key = table.Column<string>(type: "text", nullable: false, computedColumnSql: "upper(agent collate \"C\")", stored: true),
                    status = table.Column<short>(type: "smallint", nullable: false),
                    status_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    link = table.Column<string>(type: "json", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_outgoing_calls", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "form_entries",
                columns: table => new
                {
                    id = table.Column<string>(type: "character(24)", fixedLength: true, maxLength: 24, nullable: false),
                    form_id = table.Column<int>(type: "integer", nullable: false),
                    agent_number = table.Column<string>(type: "text", nullable: false),
                    agent_username = table.Column<string>(type: "text", nullable: false),
                    audio_filename = table.Column<string>(type: "text", nullable: false),
                    call_chunk = table.Column<string>(type: "text", nullable: false),
                    data = table.Column<string>(type: "json", nullable: false),
                    extension = table.Column<string>(type: "text", nullable: false),
                    incomingcall_id = table.Column<long>(type: "bigint", nullable: false),
                    last_modified = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    queue = table.Column<string>(type: "text", nullable: false),
                    session_id = table.Column<string>(type: "text", nullable: false),
                    timestamp = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    uniqueid = table.Column<string>(type: "text", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_form_entries", x => x.id);
                    table.ForeignKey(
                        name: "fk_form_entries_dynamic_forms_form_id",
                        column: x => x.form_id,
                        principalTable: "dynamic_forms",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "ix_dynamic_forms_name",
                table: "dynamic_forms",
                column: "name",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_form_entries_form_id_incomingcall_id_timestamp",
                table: "form_entries",
                columns: new[] { "form_id", "incomingcall_id", "timestamp" });

            migrationBuilder.CreateIndex(
                name: "ix_form_entries_form_id_timestamp_id",
                table: "form_entries",
                columns: new[] { "form_id", "timestamp", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_outgoing_calls_agent_key_id",
                table: "outgoing_calls",
                columns: new[] { "agent_key", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_outgoing_calls_calldate",
                table: "outgoing_calls",
                column: "calldate");

            migrationBuilder.CreateIndex(
                name: "ix_outgoing_calls_expires_at",
                table: "outgoing_calls",
                column: "expires_at",
                filter: "status = 0 and expires_at is not null");

            migrationBuilder.CreateIndex(
                name: "ix_outgoing_calls_numbers",
                table: "outgoing_calls",
                column: "numbers")
                .Annotation("Npgsql:IndexMethod", "gin");

            migrationBuilder.CreateIndex(
                name: "ix_outgoing_calls_queue_calldate",
                table: "outgoing_calls",
                columns: new[] { "queue", "calldate" });

            migrationBuilder.CreateIndex(
                name: "ix_outgoing_calls_status_id",
                table: "outgoing_calls",
                columns: new[] { "status", "id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "form_entries");

            migrationBuilder.DropTable(
                name: "outgoing_calls");

            migrationBuilder.DropTable(
                name: "dynamic_forms");
        }
    }
}
