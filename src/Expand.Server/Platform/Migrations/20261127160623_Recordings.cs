using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Expand.Server.Platform.Migrations
{
    /// <inheritdoc />
    public partial class Recordings : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "recordings",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityAlwaysColumn),
                    pbx = table.Column<string>(type: "text", nullable: false),
                    path = table.Column<string>(type: "text", nullable: false),
                    folder = table.Column<string>(type: "text", nullable: false),
                    uniqueid = table.Column<string>(type: "text", nullable: false),
                    is_part = table.Column<bool>(type: "boolean", nullable: false),
                    state = table.Column<int>(type: "integer", nullable: false),
                    began_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    changed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    bytes = table.Column<long>(type: "bigint", nullable: false),
                    seconds = table.Column<double>(type: "double precision", nullable: false),
                    source = table.Column<string>(type: "text", nullable: false),
                    destination = table.Column<string>(type: "text", nullable: false),
                    queues = table.Column<string[]>(type: "text[]", nullable: false),
                    agents = table.Column<string[]>(type: "text[]", nullable: false),
                    look_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    deleted_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    kept_days = table.Column<int>(type: "integer", nullable: true),
                    is_left = table.Column<bool>(type: "boolean", nullable: false),
                    mp3failed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    mp3failure = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_recordings", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_cdr_linked_id",
                table: "cdr",
                column: "linked_id");

            migrationBuilder.CreateIndex(
                name: "ix_recordings_began_at_id",
                table: "recordings",
                columns: new[] { "began_at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_recordings_changed_at",
                table: "recordings",
                column: "changed_at");

            migrationBuilder.CreateIndex(
                name: "ix_recordings_look_at",
                table: "recordings",
                column: "look_at",
                filter: "look_at is not null");

            migrationBuilder.CreateIndex(
                name: "ix_recordings_pbx_folder",
                table: "recordings",
                columns: new[] { "pbx", "folder" });

            migrationBuilder.CreateIndex(
                name: "ix_recordings_pbx_path",
                table: "recordings",
                columns: new[] { "pbx", "path" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_recordings_uniqueid",
                table: "recordings",
                column: "uniqueid");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "recordings");

            migrationBuilder.DropIndex(
                name: "ix_cdr_linked_id",
                table: "cdr");
        }
    }
}
