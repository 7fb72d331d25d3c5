namespace Consensus.Cryptography;

/// <summary>Signatures by which a library shows, when it is loaded, that it judges as the others do.</summary>
/// <remarks>
/// <para>Whoever has a key can make signatures on which the equations with and without the cofactor differ, by adding a point of small order to the key or
/// to R; libsodium after 1.0.18 has changed from the one to the other. And for a key of mixed order it matters whether k is reduced modulo L before it is multiplied. A
/// replica whose library decided otherwise would not accept what its peers accept: it is better not to start it.</para>
/// <para>All signatures are of the ASCII messages "probe N". The tests make sure by plain arithmetic that each shows what it says.</para>
/// </remarks>
internal static class Ed25519Probes
{
    private const string Key = "1d955cce269cd5ac0cbbcc586e2e29928644bb726e3b6b2244f7b98c9f1a6b1a";
    private const string MixedKey = "c20fcf550ae6d3b73b3ebf88efba5f5b77a963fbdb021e0ca9c9ae90c1953497";
    private const string R = "b31b20f50426242514d81b383548bd90de72fd0b8cf2382a88f9f52ce5076b23";
    private const string MixedR = "4c261951fba9f4ba7ece40431f212269f58becc2473c54cecda0e8f1e6f9d253";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Ed25519Probe> All { get; } =
    [
        new("accepts a good signature", Key, "probe 0", $"{R}3de5d68a4e19514d6fc5d8454aac4495621c6977e88daa517a96ca4a38e54d0a", IsValid: true),
        new("refuses the signature of another message", Key, "probe 1", $"{R}3de5d68a4e19514d6fc5d8454aac4495621c6977e88daa517a96ca4a38e54d0a", IsValid: false),
        new("refuses a second S for the same signature", Key, "probe 0", $"{R}2ab9cce7687c63a54562d0e828a623aa621c6977e88daa517a96ca4a38e54d1a", IsValid: false),
        new("refuses, with a key of mixed order, what holds only with the cofactor", MixedKey, "probe 19", $"{R}f79afc769416e00fd396f13fbe100852e727c23d2dba70b8c3cee75baf9db201", IsValid: false),
        new("refuses, with R of mixed order, what holds only with the cofactor", Key, "probe 0", $"{MixedR}77f9757ecf136ef194f347925fd8be388a11d57ca8c5854468d584d297814a0e", IsValid: false),
        new("accepts, with a key of mixed order, what holds without the cofactor and with k reduced", MixedKey, "probe 17", $"{R}c35f1c11aeb41d1ef5a789401c6eaf853376f52a8e361c2d189ad80c8494e209", IsValid: true),
    ];

    /// <summary>What a library does not do although all must; null if it does everything.</summary>
    public static string? FirstFailure(Ed25519 ed25519) => All.FirstOrDefault(probe => !probe.Holds(ed25519))?.Claim;
}
