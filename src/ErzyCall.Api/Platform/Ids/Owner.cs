namespace ErzyCall.Api.Platform.Ids;

/// <summary>Whose rows are whose: of an organization an id is all that is known here. The organization itself is a feature.</summary>
internal abstract class Owner : IHasIdPrefix
{
    public static string IdPrefix => "org";
}
