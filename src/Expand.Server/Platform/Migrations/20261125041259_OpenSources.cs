using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Expand.Server.Platform.Migrations
{
    /// <inheritdoc />
    public partial class OpenSources : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "extension",
                table: "originated_calls",
                type: "text",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "ix_originated_calls_extension",
                table: "originated_calls",
                columns: new[] { "pbx", "extension" },
                unique: true,
                filter: "ended_at is null");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_originated_calls_extension",
                table: "originated_calls");

            migrationBuilder.DropColumn(
                name: "extension",
                table: "originated_calls");
        }
    }
}
