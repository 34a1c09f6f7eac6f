using System.Text.Encodings.Web;
using System.Text.Json;

namespace ErzyCall.Client;

internal sealed partial class ErzyCallJson
{
    /// <summary>What every request is written with: letters as they are, in UTF-8, and not as six characters each.</summary>
    public static ErzyCallJson Api => field ??= new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
