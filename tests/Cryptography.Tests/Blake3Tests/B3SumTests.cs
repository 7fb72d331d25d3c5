using System.ComponentModel;
using System.Diagnostics;

namespace Consensus.Cryptography.Tests;

/// <summary>Agreement with an implementation that shares nothing with ours: the authors' own tool, packaged by Debian as b3sum.</summary>
[TestFixture]
internal sealed class B3SumTests
{
    private string _file = string.Empty;

    [SetUp]
    public async Task Need_the_tool()
    {
        _file = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"b3sum-{Guid.NewGuid():N}");
        try
        {
            await RunAsync([], "--version").ConfigureAwait(false);
        }
        catch (Win32Exception)
        {
            Assert.Ignore("b3sum is not installed (Debian: apt-get install b3sum).");
        }
    }

    [TearDown]
    public void Clean_up() => File.Delete(_file);

    [Test]
    public async Task Random_files_have_the_same_digest_and_extended_output()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var input = Inputs.Random(new Random(seed).Next(1 << (seed + 2)), seed);
            await File.WriteAllBytesAsync(_file, input).ConfigureAwait(false);
            var output = new byte[200];
            Blake3.Hash(input, output);
            var said = await RunAsync([], "--no-names", "--length", "200", _file).ConfigureAwait(false);
            Assert.That(said, Is.EqualTo(Convert.ToHexStringLower(output)), $"seed {seed}");
            said = await RunAsync([], "--no-names", _file).ConfigureAwait(false);
            Assert.That(said, Is.EqualTo(Blake3.Hash(input).ToString()), $"seed {seed}");
        }
    }

    [Test]
    public async Task Random_files_have_the_same_keyed_hash_and_derived_key()
    {
        for (var seed = 0; seed < 10; seed++)
        {
            var input = Inputs.Random(new Random(seed).Next(1 << (2 * seed)), seed);
            var key = Inputs.Random(Blake3.KeySize, seed);
            await File.WriteAllBytesAsync(_file, input).ConfigureAwait(false);
            var said = await RunAsync(key, "--no-names", "--keyed", _file).ConfigureAwait(false);
            Assert.That(said, Is.EqualTo(Blake3.KeyedHash(key, input).ToString()), $"seed {seed}");
            said = await RunAsync([], "--no-names", "--derive-key", "consensus test", _file).ConfigureAwait(false);
            Assert.That(said, Is.EqualTo(Blake3.DeriveKey("consensus test"u8, input).ToString()), $"seed {seed}");
        }
    }

    private static async Task<string> RunAsync(byte[] standardInput, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("b3sum", arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        await process.StandardInput.BaseStream.WriteAsync(standardInput).ConfigureAwait(false);
        process.StandardInput.Close();
        var said = await process.StandardOutput.ReadToEndAsync().ConfigureAwait(false);
        await process.WaitForExitAsync().ConfigureAwait(false);
        Assert.That(process.ExitCode, Is.Zero);
        return said.Trim();
    }
}
