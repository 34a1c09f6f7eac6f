# The deployed server: ErzyCall.Api alone, without the local host and its databases.
FROM mcr.microsoft.com/dotnet/sdk:10.0-alpine AS build
WORKDIR /source
COPY global.json Directory.Build.props Directory.Packages.props ./
COPY src/Directory.Build.props src/
COPY src/ErzyCall.Api/ErzyCall.Api.csproj src/ErzyCall.Api/packages.lock.json src/ErzyCall.Api/
# The locked packages, and then what publishing needs besides: the compiler for this kind of machine.
RUN dotnet restore src/ErzyCall.Api --locked-mode && dotnet restore src/ErzyCall.Api -p:_IsPublishing=true
COPY src/ErzyCall.Api src/ErzyCall.Api
# Analyzers judge a change before it is merged; an SDK that is newer than they were tried with must not keep the image from being built.
RUN dotnet publish src/ErzyCall.Api --no-restore --configuration Release --output /app -p:UseAppHost=false -p:RunAnalyzers=false \
  -p:TreatWarningsAsErrors=false

FROM mcr.microsoft.com/dotnet/aspnet:10.0-alpine
WORKDIR /app
COPY --from=build /app .
ENV ASPNETCORE_URLS=http://+:5080
EXPOSE 5080
USER $APP_UID
HEALTHCHECK --interval=5s --timeout=4s --start-period=20s \
  CMD wget -q -O /dev/null http://127.0.0.1:5080/health/ready || exit 1
ENTRYPOINT ["dotnet", "ErzyCall.Api.dll"]
