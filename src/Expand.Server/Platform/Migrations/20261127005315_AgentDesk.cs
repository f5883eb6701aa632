using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Expand.Server.Platform.Migrations
{
    /// <inheritdoc />
    public partial class AgentDesk : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
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
                name: "ix_form_drafts_changed_at",
                table: "form_drafts",
                column: "changed_at");

            migrationBuilder.CreateIndex(
                name: "ix_form_drafts_form_id",
                table: "form_drafts",
                column: "form_id");

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
                name: "form_drafts");

            migrationBuilder.DropTable(
                name: "marked_parts");

            migrationBuilder.DropTable(
                name: "numbered_calls");

            migrationBuilder.DropIndex(
                name: "ix_form_entries_uniqueid",
                table: "form_entries");

            migrationBuilder.DropIndex(
                name: "ix_cdr_destination_call_date",
                table: "cdr");

            migrationBuilder.DropIndex(
                name: "ix_cdr_source_call_date",
                table: "cdr");
        }
    }
}
