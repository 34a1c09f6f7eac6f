namespace ErzyCall.Api.Migrations;

/// <summary>The history of the schema before the baseline.</summary>
internal static class BaselineHistory
{
    /// <summary>
    /// The last migration before the baseline, and the statements that remove what those migrations have left behind: defaults that once
    /// filled new columns in existing rows.
    /// </summary>
    public static BeforeBaseline Before { get; } = new(
        "20261129075600_SearchFolds",
        [
            "ALTER TABLE contact_group_members ALTER COLUMN contact_created_at DROP DEFAULT",
            "ALTER TABLE contact_groups ALTER COLUMN counted_contacts DROP DEFAULT",
            "ALTER TABLE contacts ALTER COLUMN number_turn DROP DEFAULT",
            "ALTER TABLE events ALTER COLUMN is_private DROP DEFAULT",
        ]);
}
