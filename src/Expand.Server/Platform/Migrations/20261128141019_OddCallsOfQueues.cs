using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Expand.Server.Platform.Migrations
{
    /// <inheritdoc />
    public partial class OddCallsOfQueues : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateIndex(
                name: "ix_agent_calls_odd_queue",
                table: "agent_calls",
                columns: new[] { "queue", "at" },
                filter: "talk_from is not null and (talk_to is null or talk_to - at > interval '2 hours' or at - talk_from > interval '1 minute')");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_agent_calls_odd_queue",
                table: "agent_calls");
        }
    }
}
