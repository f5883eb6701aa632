using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Expand.Server.Platform.Migrations
{
    /// <inheritdoc />
    public partial class CallClaims : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
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

            // Whose calls are those that were made for a username: the user's who has it now.
            migrationBuilder.Sql(
                """
                update outgoing_calls c set agent_id = u.id from users u where c.agent_key <> '' and upper(u.user_name collate "C") = c.agent_key;
                """);

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
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_outgoing_calls_agent_id",
                table: "outgoing_calls");

            migrationBuilder.DropIndex(
                name: "ix_outgoing_calls_claimed_job",
                table: "outgoing_calls");

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
        }
    }
}
