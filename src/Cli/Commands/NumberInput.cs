using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace Consensus.Cli.Commands;

/// <summary>Reads whole numbers from the command line; what is none, or out of bounds, is answered with what is allowed.</summary>
internal static class NumberInput
{
    /// <summary>Reads a number within bounds.</summary>
    /// <param name="result">What was given.</param>
    /// <param name="name">What people call it.</param>
    /// <param name="min">The smallest.</param>
    /// <param name="max">The largest.</param>
    /// <returns>The number; anything if an error was added.</returns>
    public static T Read<T>(ArgumentResult result, string name, T min, T max)
        where T : struct, INumber<T>, IMinMaxValue<T>
    {
        var text = result.Tokens[0].Value;
        if (!TryParse<T>(text, out var number))
        {
            result.AddError($"{name} is '{text}'; allowed: {Bounds(min, max)}.");
        }
        else if (number < min || number > max)
        {
            result.AddError($"{name} is {text}; allowed: {Bounds(min, max)}.");
        }

        return number;
    }

    /// <summary>Reads one of a few numbers.</summary>
    /// <returns>The number; anything if an error was added.</returns>
    public static int ReadOneOf(ArgumentResult result, string name, IReadOnlyCollection<int> allowed)
    {
        var text = result.Tokens[0].Value;
        if (!TryParse<int>(text, out var number) || !allowed.Contains(number))
        {
            result.AddError($"{name} is {text}; allowed: {string.Join(", ", allowed)}.");
        }

        return number;
    }

    /// <summary>Reads a share of a whole.</summary>
    /// <param name="result">What was given.</param>
    /// <param name="name">What people call it.</param>
    /// <param name="max">The largest.</param>
    /// <returns>0 to <paramref name="max"/>; anything if an error was added.</returns>
    public static double ReadShare(ArgumentResult result, string name, double max)
    {
        var text = result.Tokens[0].Value;
        if (!double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var share) || share > max)
        {
            result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} is '{text}'; allowed: a number from 0 to {max}, for example 0.1."));
        }

        return share;
    }

    private static bool TryParse<T>(string text, out T number)
        where T : struct, INumber<T> => T.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);

    private static string Bounds<T>(T min, T max)
        where T : struct, INumber<T>, IMinMaxValue<T> => max == T.MaxValue && typeof(T) == typeof(ulong)
            ? $"a whole number from {min:N0} on"
            : $"a whole number from {min:N0} to {max:N0}";
}
