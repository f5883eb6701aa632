using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Expand.Server.Platform.Migrations
{
    /// <inheritdoc />
    public partial class ActivityLife : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "pbx_life",
                columns: table => new
                {
                    pbx = table.Column<string>(type: "text", nullable: false),
                    alive_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    calls_taken_to = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_pbx_life", x => x.pbx);
                });

            migrationBuilder.CreateIndex(
                name: "ix_agent_sessions_agent_began_at",
                table: "agent_sessions",
                columns: new[] { "agent", "began_at" });

            migrationBuilder.CreateIndex(
                name: "ix_agent_sessions_began_at",
                table: "agent_sessions",
                column: "began_at");

            migrationBuilder.CreateIndex(
                name: "ix_agent_sessions_queue_began_at",
                table: "agent_sessions",
                columns: new[] { "queue", "began_at" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "pbx_life");

            migrationBuilder.DropIndex(
                name: "ix_agent_sessions_agent_began_at",
                table: "agent_sessions");

            migrationBuilder.DropIndex(
                name: "ix_agent_sessions_began_at",
                table: "agent_sessions");

            migrationBuilder.DropIndex(
                name: "ix_agent_sessions_queue_began_at",
                table: "agent_sessions");
        }
    }
}
