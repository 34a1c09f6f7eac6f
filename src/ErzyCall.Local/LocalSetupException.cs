using ErzyCall.Api.Platform;

namespace ErzyCall.Local;

/// <summary>Something about this machine or folder that the person at the console has to change; the message says what.</summary>
internal sealed class LocalSetupException(string message, Exception? cause = null) : OperatorException(message, cause)
{
    public static LocalSetupException PostgresNotFound(int? major, LocalSetupException? cause = null)
    {
        var wanted = major is null
            ? $"PostgreSQL {PostgresBinaries.OldestMajor} or newer"
            : $"PostgreSQL {major}, which made the existing data,";
        return new LocalSetupException(
            $"""
            {wanted} was not found on this machine. {cause?.Message ?? "There is none to download for this kind of machine."}
            Do one of these:
              - install it:                 {InstallCommand(major)}
                (or name its programs, a folder in {PostgresSource.FolderSetting} or an archive in {PostgresSource.ArchiveSetting})
              - run everything in Docker:   docker compose up
              - use databases of your own:  set ConnectionStrings__Postgres and ConnectionStrings__Redis
            """,
            cause);
    }

    private static string InstallCommand(int? major)
    {
        if (OperatingSystem.IsMacOS())
        {
            return $"brew install postgresql@{major ?? PostgresBinaries.FetchedMajor}";
        }

        if (OperatingSystem.IsWindows())
        {
            return $"winget install PostgreSQL.PostgreSQL.{major ?? PostgresBinaries.FetchedMajor}";
        }

        var debian = major is null ? "postgresql" : $"postgresql-{major}";
        return File.Exists("/etc/debian_version") ? $"sudo apt install {debian}"
            : File.Exists("/etc/alpine-release") ? $"sudo apk add postgresql{major ?? PostgresBinaries.FetchedMajor}"
            : File.Exists("/etc/arch-release") ? "sudo pacman -S postgresql"
            : "sudo dnf install postgresql-server";
    }
}
