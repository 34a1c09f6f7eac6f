using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace ErzyCall.UnitTests.Features.WebhookEndpoints;

/// <summary>A receiver's JavaScript, which parses and stringifies body after body: one process, because starting one takes longer than thousands of bodies.</summary>
internal sealed class JavaScript : IDisposable
{
    /// <summary>Bodies are on one line each: line ends in them are escaped.</summary>
    private const string Program = """
        let rest = Buffer.alloc(0);
        process.stdin.on('data', chunk => {
          rest = Buffer.concat([rest, chunk]);
          for (let end; (end = rest.indexOf('\n')) >= 0; rest = rest.subarray(end + 1)) {
            process.stdout.write(stringified(rest.subarray(0, end).toString('utf8')) + '\n');
          }
        });
        function stringified(body) {
          try {
            return JSON.stringify(JSON.parse(body));
          } catch (failure) {
            return `${failure}`;
          }
        }
        """;

    private readonly Process _node;

    private JavaScript(Process node) => _node = node;

    /// <summary>Skips the test where there is no node.</summary>
    public static JavaScript Start()
    {
        try
        {
            // Byte for byte: what is not UTF-8 must not be mended on the way.
            var start = new ProcessStartInfo("node", ["-e", Program]) { RedirectStandardInput = true, RedirectStandardOutput = true, StandardOutputEncoding = Encoding.Latin1 };
            return new JavaScript(Process.Start(start)!);
        }
        catch (Win32Exception)
        {
            Assert.Skip("node is not on the PATH.");
            throw;
        }
    }

    /// <summary>What becomes of a body, or why it is no JSON.</summary>
    public byte[] Stringified(ReadOnlySpan<byte> body)
    {
        var input = _node.StandardInput.BaseStream;
        input.Write([.. body, (byte)'\n']);
        input.Flush();
        return Encoding.Latin1.GetBytes(_node.StandardOutput.ReadLine()!);
    }

    public void Dispose()
    {
        _node.StandardInput.Close();
        _node.WaitForExit();
        _node.Dispose();
    }
}
