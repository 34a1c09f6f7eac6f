using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ErzyCall.Api.Platform.Persistence;

/// <summary>The version to which the rows of a table were brought over by <see cref="IBringsRowsOver"/>.</summary>
internal sealed class RowVersion
{
    public string Rows { get; init; } = "";

    public string Version { get; init; } = "";
}

internal sealed class RowVersionConfiguration : IEntityTypeConfiguration<RowVersion>
{
    public void Configure(EntityTypeBuilder<RowVersion> builder)
    {
        builder.ToTable("row_versions");
        builder.HasKey(version => version.Rows);
        builder.Property(version => version.Rows).HasMaxLength(63);
        builder.Property(version => version.Version).HasMaxLength(50);
    }
}
