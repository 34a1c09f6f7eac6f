namespace ErzyCall.Api.Migrations;

/// <summary>What came before the first migration that is here.</summary>
internal static class BaselineHistory
{
    /// <summary>What is left behind are defaults that once filled new columns in rows that were there already.</summary>
    public static BeforeBaseline Before { get; } = new(
        "20261129075600_SearchFolds",
        [
            "ALTER TABLE contact_group_members ALTER COLUMN contact_created_at DROP DEFAULT",
            "ALTER TABLE contact_groups ALTER COLUMN counted_contacts DROP DEFAULT",
            "ALTER TABLE contacts ALTER COLUMN number_turn DROP DEFAULT",
            "ALTER TABLE events ALTER COLUMN is_private DROP DEFAULT",
        ]);
}
