using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Expand.Server.Platform.Migrations
{
    /// <inheritdoc />
    public partial class AgentNumbers : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "agent_numbers",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityAlwaysColumn),
                    number = table.Column<string>(type: "text", nullable: false),
                    user_id = table.Column<int>(type: "integer", nullable: false),
                    user_name = table.Column<string>(type: "text", nullable: false),
                    full_name = table.Column<string>(type: "text", nullable: false),
                    held_from = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    held_to = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_agent_numbers", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_agent_numbers_number",
                table: "agent_numbers",
                column: "number",
                unique: true,
                filter: "held_to is null");

            migrationBuilder.CreateIndex(
                name: "ix_agent_numbers_user_id",
                table: "agent_numbers",
                column: "user_id");

            // Who had a number before nobody wrote down since when: each from when the one before was deleted.
            migrationBuilder.Sql(
                """
                insert into agent_numbers (number, user_id, user_name, full_name, held_from, held_to)
                select number, user_id, user_name, full_name,
                    lag(held_to) over (partition by number order by held_to nulls last, user_id), held_to
                from (
                    select agent_number as number, id as user_id, user_name, full_name, date_trunc('second', deleted_at) as held_to
                    from former_users where agent_number is not null
                    union all
                    select agent_number, id, user_name, full_name, null from users where agent_number is not null) held
                order by number, held_to nulls last, user_id;
                """);

            migrationBuilder.DropTable(
                name: "former_users");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "former_users",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false),
                    agent_number = table.Column<string>(type: "text", nullable: true),
                    deleted_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    full_name = table.Column<string>(type: "text", nullable: false),
                    user_name = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_former_users", x => x.id);
                });

            migrationBuilder.Sql(
                """
                insert into former_users (id, user_name, full_name, agent_number, deleted_at)
                select distinct on (user_id) user_id, user_name, full_name, number, held_to from agent_numbers
                where held_to is not null and user_id not in (select id from users) order by user_id, held_to desc;
                """);

            migrationBuilder.DropTable(
                name: "agent_numbers");
        }
    }
}
