// Check a credential offline with Microsoft.IdentityModel.JsonWebTokens: throws unless it may be relied on at `at`.
using System.IO.Compression;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

public static class LikenessCredential
{
    private const int LongestList = 64 * 1024 * 1024;

    public static async Task<JsonElement> VerifyAsync(
        string token, string jwks, string statusList, DateTimeOffset at, string issuer, string audience)
    {
        JsonElement claims = await ReadAsync(token, "likeness-license+jwt", jwks, at, issuer, audience);
        JsonElement place = claims.GetProperty("status").GetProperty("status_list");

        JsonElement list = await ReadAsync(statusList, "statuslist+jwt", jwks, at, issuer, audience: null);
        if (list.GetProperty("sub").GetString() != place.GetProperty("uri").GetString())
            throw new SecurityTokenException("another status list");
        byte[] packed = Inflate(list.GetProperty("status_list").GetProperty("lst").GetString()!);
        long bits = list.GetProperty("status_list").GetProperty("bits").GetInt64();
        long index = place.GetProperty("idx").GetInt64();
        if (bits is not (1 or 2 or 4 or 8) || index < 0 || index >= packed.LongLength * 8 / bits)
            throw new SecurityTokenException("status unknown");
        // Least significant bit first.
        int status = (packed[index * bits / 8] >> (int)(index * bits % 8)) & ((1 << (int)bits) - 1);
        if (status != 0)
            throw new SecurityTokenException(status switch { 1 => "revoked", 2 => "suspended", _ => "status unknown" });
        return claims;
    }

    private static async Task<JsonElement> ReadAsync(
        string text, string type, string jwks, DateTimeOffset at, string issuer, string? audience)
    {
        var rules = new TokenValidationParameters
        {
            ValidAlgorithms = new[] { SecurityAlgorithms.EcdsaSha256 },
            ValidTypes = new[] { type },
            IssuerSigningKeys = new JsonWebKeySet(jwks).GetSigningKeys(),
            TryAllIssuerSigningKeys = false, // only the key that is named
            ValidIssuer = issuer,
            ValidAudience = audience,
            ValidateAudience = audience is not null,
            // At the exact end it is over.
            LifetimeValidator = (from, until, _, _) =>
                until is not null && at.UtcDateTime < until && (from is null || from <= at.UtcDateTime),
        };
        TokenValidationResult result = await new JsonWebTokenHandler().ValidateTokenAsync(text, rules);
        if (!result.IsValid)
            throw new SecurityTokenException("not valid", result.Exception);
        var token = (JsonWebToken)result.SecurityToken;
        JsonElement header = Parse(token.EncodedHeader);
        if (header.TryGetProperty("crit", out _) || header.TryGetProperty("b64", out _))
            throw new SecurityTokenException("unknown extension");
        if (token.IssuedAt > at.UtcDateTime.AddMinutes(1))
            throw new SecurityTokenException("the clock is behind");
        return Parse(token.EncodedPayload);
    }

    private static JsonElement Parse(string part) =>
        JsonDocument.Parse(Base64UrlEncoder.DecodeBytes(part)).RootElement.Clone();

    private static byte[] Inflate(string text)
    {
        using var packed = new ZLibStream(new MemoryStream(Base64UrlEncoder.DecodeBytes(text)), CompressionMode.Decompress);
        using var found = new MemoryStream();
        var part = new byte[81920];
        for (int read; (read = packed.Read(part)) > 0; found.Write(part, 0, read))
            if (found.Length + read > LongestList)
                throw new SecurityTokenException("status unknown");
        return found.ToArray();
    }
}
