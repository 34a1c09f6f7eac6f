using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.EntityFrameworkCore;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace ErzyCall.Api.Platform.Secrets;

/// <summary>
/// The store of the keys that encrypt secrets, in the database: every copy of the server reads what any other has encrypted, and a backup
/// of the database is a backup of the keys.
/// </summary>
internal sealed class KeyStore(IServiceScopeFactory scopes) : IXmlRepository
{
    public IReadOnlyCollection<XElement> GetAllElements()
    {
        using var scope = scopes.CreateScope();
        var keys = scope.ServiceProvider.GetRequiredService<ErzyCallDbContext>().DataProtectionKeys;
        var texts = keys.AsNoTracking().OrderBy(key => key.Id).Select(key => key.Xml).AsEnumerable().OfType<string>();
        return [.. texts.Select(xml => XElement.Parse(xml))];
    }

    /// <summary>
    /// Keeps the first key only: of several that copies make at the same moment one is everybody's, and the others were never used.
    /// </summary>
    public void StoreElement(XElement element, string friendlyName)
    {
        using var scope = scopes.CreateScope();
        var db = scope.ServiceProvider.GetRequiredService<ErzyCallDbContext>();
        using var transaction = db.Database.BeginTransaction();
        db.Database.ExecuteSql($"SELECT pg_advisory_xact_lock(hashtextextended('data protection key', 0))");
        if (!db.DataProtectionKeys.Any())
        {
            db.DataProtectionKeys.Add(new DataProtectionKey
            {
                FriendlyName = friendlyName,
                Xml = element.ToString(SaveOptions.DisableFormatting),
            });
            db.SaveChanges();
        }

        transaction.Commit();
    }
}
