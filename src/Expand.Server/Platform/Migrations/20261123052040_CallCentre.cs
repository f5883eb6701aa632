using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Expand.Server.Platform.Migrations
{
    /// <inheritdoc />
    public partial class CallCentre : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "agent_calls",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityAlwaysColumn),
                    pbx = table.Column<string>(type: "text", nullable: false),
                    queue = table.Column<string>(type: "text", nullable: false),
                    agent = table.Column<string>(type: "text", nullable: false),
                    unique_id = table.Column<string>(type: "text", nullable: false),
                    kind = table.Column<short>(type: "smallint", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    talk_from = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    talk_to = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    transferred = table.Column<bool>(type: "boolean", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_agent_calls", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "agent_sessions",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityAlwaysColumn),
                    pbx = table.Column<string>(type: "text", nullable: false),
                    queue = table.Column<string>(type: "text", nullable: false),
                    agent = table.Column<string>(type: "text", nullable: false),
                    device = table.Column<string>(type: "text", nullable: true),
                    began_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    ended_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_agent_sessions", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "feed_files",
                columns: table => new
                {
                    pbx = table.Column<string>(type: "text", nullable: false),
                    feed = table.Column<string>(type: "text", nullable: false),
                    file = table.Column<string>(type: "text", nullable: false),
                    offset = table.Column<long>(type: "bigint", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_feed_files", x => new { x.pbx, x.feed, x.file });
                });

            migrationBuilder.CreateTable(
                name: "former_users",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false),
                    user_name = table.Column<string>(type: "text", nullable: false),
                    full_name = table.Column<string>(type: "text", nullable: false),
                    agent_number = table.Column<string>(type: "text", nullable: true),
                    deleted_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_former_users", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "pause_reasons",
                columns: table => new
                {
                    code = table.Column<string>(type: "text", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_pause_reasons", x => x.code);
                });

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

            migrationBuilder.CreateTable(
                name: "queue_activities",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityAlwaysColumn),
                    pbx = table.Column<string>(type: "text", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    queue = table.Column<string>(type: "text", nullable: false),
                    action = table.Column<short>(type: "smallint", nullable: false),
                    unique_id = table.Column<string>(type: "text", nullable: false),
                    agent = table.Column<string>(type: "text", nullable: false),
                    caller_id = table.Column<string>(type: "text", nullable: false),
                    wait_seconds = table.Column<int>(type: "integer", nullable: true),
                    talk_seconds = table.Column<int>(type: "integer", nullable: true),
                    destination = table.Column<string>(type: "text", nullable: true),
                    cause = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_queue_activities", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "queue_agents",
                columns: table => new
                {
                    queue = table.Column<string>(type: "text", nullable: false),
                    user_id = table.Column<int>(type: "integer", nullable: false),
                    penalty = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_queue_agents", x => new { x.queue, x.user_id });
                    table.ForeignKey(
                        name: "fk_queue_agents_users_user_id",
                        column: x => x.user_id,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "queues",
                columns: table => new
                {
                    name = table.Column<string>(type: "text", nullable: false),
                    description = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_queues", x => x.name);
                });

            migrationBuilder.CreateTable(
                name: "session_doubts",
                columns: table => new
                {
                    pbx = table.Column<string>(type: "text", nullable: false),
                    queue = table.Column<string>(type: "text", nullable: false),
                    agent = table.Column<string>(type: "text", nullable: false),
                    device = table.Column<string>(type: "text", nullable: true),
                    since = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    paused = table.Column<bool>(type: "boolean", nullable: false),
                    cause = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_session_doubts", x => new { x.pbx, x.queue, x.agent });
                });

            migrationBuilder.CreateTable(
                name: "agent_pauses",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityAlwaysColumn),
                    session_id = table.Column<long>(type: "bigint", nullable: false),
                    queue = table.Column<string>(type: "text", nullable: false),
                    agent = table.Column<string>(type: "text", nullable: false),
                    cause = table.Column<string>(type: "text", nullable: false),
                    began_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    ended_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_agent_pauses", x => x.id);
                    table.ForeignKey(
                        name: "fk_agent_pauses_agent_session_session_id",
                        column: x => x.session_id,
                        principalTable: "agent_sessions",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_agent_calls_agent_at",
                table: "agent_calls",
                columns: new[] { "agent", "at" });

            migrationBuilder.CreateIndex(
                name: "ix_agent_calls_pbx",
                table: "agent_calls",
                column: "pbx",
                filter: "talk_from is not null and talk_to is null");

            migrationBuilder.CreateIndex(
                name: "ix_agent_calls_queue_at",
                table: "agent_calls",
                columns: new[] { "queue", "at" });

            migrationBuilder.CreateIndex(
                name: "ix_agent_calls_unique_id",
                table: "agent_calls",
                column: "unique_id");

            migrationBuilder.CreateIndex(
                name: "ix_agent_pauses_session_id",
                table: "agent_pauses",
                column: "session_id");

            migrationBuilder.CreateIndex(
                name: "ix_agent_pauses_session_id1",
                table: "agent_pauses",
                column: "session_id",
                unique: true,
                filter: "ended_at is null");

            migrationBuilder.CreateIndex(
                name: "ix_agent_sessions_agent_began_at",
                table: "agent_sessions",
                columns: new[] { "agent", "began_at" });

            migrationBuilder.CreateIndex(
                name: "ix_agent_sessions_began_at",
                table: "agent_sessions",
                column: "began_at");

            migrationBuilder.CreateIndex(
                name: "ix_agent_sessions_device_began_at",
                table: "agent_sessions",
                columns: new[] { "device", "began_at" });

            migrationBuilder.CreateIndex(
                name: "ix_agent_sessions_pbx_queue_agent",
                table: "agent_sessions",
                columns: new[] { "pbx", "queue", "agent" },
                unique: true,
                filter: "ended_at is null");

            migrationBuilder.CreateIndex(
                name: "ix_agent_sessions_queue_began_at",
                table: "agent_sessions",
                columns: new[] { "queue", "began_at" });

            migrationBuilder.CreateIndex(
                name: "ix_queue_activities_agent_at_id",
                table: "queue_activities",
                columns: new[] { "agent", "at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_queue_activities_at",
                table: "queue_activities",
                column: "at",
                filter: "action = 8 and destination is null");

            migrationBuilder.CreateIndex(
                name: "ix_queue_activities_at_id",
                table: "queue_activities",
                columns: new[] { "at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_queue_activities_queue_at_id",
                table: "queue_activities",
                columns: new[] { "queue", "at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_queue_activities_unique_id",
                table: "queue_activities",
                column: "unique_id");

            migrationBuilder.CreateIndex(
                name: "ix_queue_agents_user_id",
                table: "queue_agents",
                column: "user_id");

            // What a period cuts is found by the interval itself: a report costs what it shows, not what came before.
            migrationBuilder.Sql(
                """
                create extension if not exists btree_gist;
                create index agent_sessions_queue_during on agent_sessions using gist (queue, tstzrange(began_at, ended_at));
                create index agent_sessions_agent_during on agent_sessions using gist (agent, tstzrange(began_at, ended_at));
                create index agent_pauses_queue_during on agent_pauses using gist (queue, tstzrange(began_at, ended_at));
                create index agent_pauses_agent_during on agent_pauses using gist (agent, tstzrange(began_at, ended_at));
                create index agent_calls_queue_talk on agent_calls using gist (queue, tstzrange(talk_from, talk_to)) where talk_from is not null;
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "agent_calls");

            migrationBuilder.DropTable(
                name: "agent_pauses");

            migrationBuilder.DropTable(
                name: "feed_files");

            migrationBuilder.DropTable(
                name: "former_users");

            migrationBuilder.DropTable(
                name: "pause_reasons");

            migrationBuilder.DropTable(
                name: "pbx_life");

            migrationBuilder.DropTable(
                name: "queue_activities");

            migrationBuilder.DropTable(
                name: "queue_agents");

            migrationBuilder.DropTable(
                name: "queues");

            migrationBuilder.DropTable(
                name: "session_doubts");

            migrationBuilder.DropTable(
                name: "agent_sessions");
        }
    }
}
