using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Expand.Server.Platform.Migrations
{
    /// <inheritdoc />
    public partial class ValueLists : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "value_lists",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityAlwaysColumn),
                    kind = table.Column<string>(type: "text", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    name_key = table.Column<string>(type: "text", nullable: false, computedColumnSql: "lower(name collate \"C\")", stored: true),
                    alias = table.Column<string>(type: "text", nullable: false),
                    description = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_value_lists", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "list_elements",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityAlwaysColumn),
                    list_id = table.Column<int>(type: "integer", nullable: false),
                    key = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    value = table.Column<string>(type: "text", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_list_elements", x => x.id);
                    table.ForeignKey(
                        name: "fk_list_elements_value_list_list_id",
                        column: x => x.list_id,
                        principalTable: "value_lists",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "list_ranges",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityAlwaysColumn),
                    list_id = table.Column<int>(type: "integer", nullable: false),
                    length = table.Column<short>(type: "smallint", nullable: false),
                    first = table.Column<long>(type: "bigint", nullable: false),
                    last = table.Column<long>(type: "bigint", nullable: false),
                    value = table.Column<string>(type: "text", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_list_ranges", x => x.id);
                    table.CheckConstraint("ck_list_ranges_first_last", "first between 0 and last");
                    table.ForeignKey(
                        name: "fk_list_ranges_value_list_list_id",
                        column: x => x.list_id,
                        principalTable: "value_lists",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_list_elements_list_id_id",
                table: "list_elements",
                columns: new[] { "list_id", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_list_elements_list_id_key",
                table: "list_elements",
                columns: new[] { "list_id", "key" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_list_ranges_list_id_id",
                table: "list_ranges",
                columns: new[] { "list_id", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_list_ranges_list_id_length_first",
                table: "list_ranges",
                columns: new[] { "list_id", "length", "first" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_value_lists_kind_name_key",
                table: "value_lists",
                columns: new[] { "kind", "name_key" },
                unique: true);

            // By hand: the model has no word for an exclusion constraint. Ranges of one list and of as many digits never overlap.
            migrationBuilder.Sql(
                """
                create extension if not exists btree_gist;
                alter table list_ranges add constraint ex_list_ranges_overlap
                    exclude using gist (list_id with =, length with =, int8range(first, last, '[]') with &&);
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "list_elements");

            migrationBuilder.DropTable(
                name: "list_ranges");

            migrationBuilder.DropTable(
                name: "value_lists");
        }
    }
}
