namespace ErzyCall.Api.Platform.Ids;

/// <summary>The owner of rows: an organization, of which only the id is known here. The organization itself is a feature.</summary>
internal abstract class Owner : IHasIdPrefix
{
    public static string IdPrefix => "org";
}
