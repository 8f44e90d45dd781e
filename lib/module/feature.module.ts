import { Module } from '@nestjs/common';

/** Carries the policies of one `CorsModule.forFeature()`, for the root to collect at boot. */
@Module({})
export class CorsFeatureModule {}
