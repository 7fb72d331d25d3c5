using Microsoft.Extensions.Logging.Abstractions;

namespace Consensus.Hosting.Tests.Access;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class TokenFileTests : IDisposable
{
    private const string Good = "0123456789abcdef";
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Test]
    public void A_token_has_the_role_of_its_line()
    {
        Write($"# comment\n\nread {Good}-r\n  write\t{Good}-w==\noperate {Good}-o\nread {Good}-r2");

        var tokens = TokenFile.Read(_file).Tokens!;

        using (Assert.EnterMultipleScope())
        {
            Assert.That(tokens.RoleOf($"{Good}-r"), Is.EqualTo(AccessRole.Read));
            Assert.That(tokens.RoleOf($"{Good}-r2"), Is.EqualTo(AccessRole.Read));
            Assert.That(tokens.RoleOf($"{Good}-w=="), Is.EqualTo(AccessRole.Write));
            Assert.That(tokens.RoleOf($"{Good}-o"), Is.EqualTo(AccessRole.Operate));
            Assert.That(tokens.RoleOf($"{Good}-x"), Is.Null);
            Assert.That(tokens.RoleOf(""), Is.Null);
        }
    }

    [TestCase("", "there is no token in it")]
    [TestCase("admin " + Good, "line 1 is not a role (read, write or operate) and a token")]
    [TestCase("read", "line 1 is not a role (read, write or operate) and a token")]
    [TestCase("read a b", "line 1 is not a role (read, write or operate) and a token")]
    [TestCase("\nread short", "the token in line 2 has not 16 to 512 letters, digits or -._~+/ with = at its end")]
    [TestCase("read 0123456789abcde\"", "the token in line 1 has not 16 to 512 letters, digits or -._~+/ with = at its end")]
    [TestCase("read " + Good + "\nwrite " + Good, "the token in line 2 was there before")]
    public void What_cannot_be_used_is_named_by_its_line_and_never_shown(string text, string complaint)
    {
        Write(text);

        var (tokens, problems) = TokenFile.Read(_file);

        Assert.That(tokens, Is.Null);
        Assert.That(problems, Has.Count.EqualTo(1));
        Assert.That(problems[0], Does.Contain(complaint).And.Not.Contain("0123456789").And.Not.Contain("short"));
    }

    [Test]
    public void A_file_that_others_can_read_is_refused()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Ignore("Windows has no such modes.");
            return;
        }

        Write($"read {Good}");
        File.SetUnixFileMode(_file, UnixFileMode.UserRead | UnixFileMode.OtherRead);

        Assert.That(TokenFile.Read(_file).Problems, Has.One.StartsWith("which has the mode 404; allowed: "));
    }

    [Test]
    public void New_tokens_count_within_a_second_and_bad_ones_never()
    {
        var time = new MovableTime();
        Write($"read {Good}");
        var source = TokenFile.Open(_file, time, NullLogger.Instance);

        Write($"write {Good}", minutesLater: 1);
        Assert.That(source.Current.RoleOf(Good), Is.EqualTo(AccessRole.Read), "looked at less than a second ago");
        time.Move(TimeSpan.FromSeconds(1));
        Assert.That(source.Current.RoleOf(Good), Is.EqualTo(AccessRole.Write));
        Write("nonsense", minutesLater: 2);
        time.Move(TimeSpan.FromSeconds(1));
        Assert.That(source.Current.RoleOf(Good), Is.EqualTo(AccessRole.Write), "the last good ones stay");
    }

    [Test]
    public void A_file_that_is_missing_is_one_problem_of_the_setting()
    {
        Assert.That(
            () => TokenFile.Open("/nowhere/tokens", TimeProvider.System, NullLogger.Instance),
            Throws.TypeOf<ConsensusException>().With.Message.Contains("/nowhere/tokens"));
    }

    private void Write(string text, int minutesLater = 0)
    {
        File.WriteAllText(_file, text);
        File.SetLastWriteTimeUtc(_file, DateTime.UnixEpoch.AddMinutes(minutesLater));
    }
}
